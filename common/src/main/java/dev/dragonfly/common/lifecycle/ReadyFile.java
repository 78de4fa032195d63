package dev.dragonfly.common.lifecycle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;

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
    fields.put(name, value);
    return this;
  }

  /** Writes the file beside its place and moves it there. */
  public void write(Path file) {
    StringBuilder json = new StringBuilder("{");
    fields.forEach((name, value) -> {
      if (json.length() > 1) {
        json.append(',');
      }
      json.append(quoted(name)).append(':');
      json.append(value instanceof Number ? value.toString() : quoted(value.toString()));
    });
    json.append("}\n");
    Path temp = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      Files.writeString(temp, json);
      Files.move(temp, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the ready file " + file, e);
    }
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
