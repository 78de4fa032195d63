package dev.dragonfly.manager.dynconfig;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** A list of texts as a JSON array, as columns keep it. */
public final class JsonTexts {
  private JsonTexts() {}

  public static List<String> read(String json) {
    List<String> texts = new ArrayList<>();
    JsonMapper.shared().readTree(json).forEach(text -> texts.add(text.asString()));
    return List.copyOf(texts);
  }

  public static String write(Collection<String> texts) {
    return JsonMapper.shared().writeValueAsString(texts);
  }
}
