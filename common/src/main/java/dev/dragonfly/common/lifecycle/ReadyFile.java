package dev.dragonfly.common.lifecycle;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Says that a service is serving, and on which ports: one line of JSON in a file that appears
 * atomically.
 */
public final class ReadyFile {
  private final Map<String, Object> fields = new LinkedHashMap<>();

  public ReadyFile(String role) {
    fields.put("role", role);
    fields.put("pid", ProcessHandle.current().pid());
  }

  /** Adds a field; values are text or numbers. */
  public ReadyFile with(String name, Object value) {
    fields.put(name, value instanceof Number ? value : value.toString());
    return this;
  }

  /** Writes the file beside its place and moves it there. */
  public void write(Path file) {
    Path temp = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      Files.writeString(temp, json() + "\n");
      Files.move(temp, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the ready file " + file, e);
    }
  }

  /** Without databind, which would be 500 classes in each process for this one line. */
  private String json() {
    StringWriter line = new StringWriter();
    try (JsonGenerator generator =
        new JsonFactory().createGenerator(ObjectWriteContext.empty(), line)) {
      generator.writeStartObject();
      for (Map.Entry<String, Object> field : fields.entrySet()) {
        generator.writeName(field.getKey());
        if (field.getValue() instanceof Number number) {
          generator.writeNumber(number.longValue());
        } else {
          generator.writeString(field.getValue().toString());
        }
      }
      generator.writeEndObject();
    }
    return line.toString();
  }
}
