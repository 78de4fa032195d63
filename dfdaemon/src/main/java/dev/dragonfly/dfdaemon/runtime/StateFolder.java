package dev.dragonfly.dfdaemon.runtime;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The folder on the node where it is written down what was done, with the files as they were
 * before.
 */
final class StateFolder {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final NodeFolder node;
  private final Path folder;

  StateFolder(NodeFolder node, Path folder) {
    this.node = node;
    this.folder = folder;
    if (!folder.isAbsolute()) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT,
          "the state folder is a path on the node, so absolute: " + folder);
    }
  }

  /** The file that is locked while something is changed. */
  Path lock() {
    return folder.resolve("lock");
  }

  Written read() {
    Optional<String> text = node.read(record());
    if (text.isEmpty()) {
      return Written.NOTHING;
    }
    try {
      Written written = MAPPER.readValue(text.get(), Written.class);
      if (written.version() == Written.NOTHING.version()) {
        return written;
      }
      throw new DragonflyException(
          ErrorCode.FAILED_PRECONDITION,
          record() + " is of another version of this program: " + written.version());
    } catch (JacksonException e) {
      throw new DragonflyException(
          ErrorCode.CONFIG, record() + " cannot be read: " + e.getOriginalMessage(), e);
    }
  }

  /** Writes it down; what the folder itself needed is added to its folders. */
  Written write(Written written) {
    List<Path> made = node.write(record(), text(written), true);
    if (made.isEmpty()) {
      return written;
    }
    List<String> folders = new ArrayList<>(written.folders());
    made.forEach(path -> folders.add(path.toString()));
    Written with = new Written(written.version(), written.files(), folders);
    node.write(record(), text(with), true);
    return with;
  }

  Optional<String> backup(Path file) {
    return node.read(backupOf(file));
  }

  /** Keeps the file as it was; returns the folders that were made for that. */
  List<Path> keep(Path file, String text) {
    return node.write(backupOf(file), text, true);
  }

  void forget(Path file) {
    node.delete(backupOf(file));
  }

  /** Deletes the record, when nothing of us is left. */
  void delete() {
    node.delete(record());
  }

  private Path record() {
    return folder.resolve("written.json");
  }

  private Path backupOf(Path file) {
    return folder.resolve("before").resolve(file.toString().substring(1));
  }

  private static String text(Written written) {
    return MAPPER.writeValueAsString(written) + "\n";
  }
}
