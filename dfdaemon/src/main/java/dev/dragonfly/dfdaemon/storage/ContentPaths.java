package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskKind;
import java.nio.file.Path;

/** Where things lie in the folder of the store; the place of content is upstream's. */
record ContentPaths(Path dir) {
  static final String JOURNAL_SUFFIX = ".log";
  private static final int PREFIX = 3;

  Path content(TaskId id, TaskKind kind) {
    return contents()
        .resolve(kind.policy().contentFolder())
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

  Path lock() {
    return dir.resolve("lock");
  }
}
