package dev.dragonfly.common.lifecycle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

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
      Files.writeString(temp, JsonMapper.shared().writeValueAsString(fields) + "\n");
      Files.move(temp, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the ready file " + file, e);
    }
  }
}
