package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskKind;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Where things lie in the folder of the store; the place of content is upstream's. */
record ContentPaths(Path dir) {
  static final String JOURNAL_SUFFIX = ".log";
  private static final int PREFIX = 3;

  Path content(TaskId id, TaskKind kind) {
    return contents()
        .resolve(kind.contentFolder())
        .resolve(id.value().substring(0, PREFIX))
        .resolve(id.value());
  }

  Path contents() {
    return dir.resolve("content");
  }

  Path journal(TaskId id) {
    return journals().resolve(id.value().substring(0, PREFIX)).resolve(id + JOURNAL_SUFFIX);
  }

  Path journals() {
    return dir.resolve("catalog");
  }

  /** The task whose content has this name; empty when the file is not one of ours. */
  Optional<TaskId> idOf(Path content) {
    String name = String.valueOf(content.getFileName());
    try {
      TaskId id = new TaskId(name);
      return Stream.of(TaskKind.values()).anyMatch(kind -> content(id, kind).equals(content))
          ? Optional.of(id)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Content that nobody else sees yet; its journal has the same name with the suffix. */
  Path privateContent(TaskId id, long number) {
    return privates().resolve(id + "." + number);
  }

  Path privateJournal(TaskId id, long number) {
    return privates().resolve(id + "." + number + JOURNAL_SUFFIX);
  }

  Path privates() {
    return dir.resolve("private");
  }

  Path lock() {
    return dir.resolve("lock");
  }
}
