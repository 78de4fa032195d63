package dev.dragonfly.dfdaemon.storage;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class MemoryTaskStoreTest extends TaskStoreContract {
  @TempDir Path folder;
  private TaskStore store;

  @BeforeEach
  void open() {
    store = new MemoryTaskStore(folder);
  }

  @Override
  TaskStore store() {
    return store;
  }
}
