package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.time.Time;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All tasks below one folder, which it locks: a second daemon on the same folder is refused. */
public final class DiskTaskStore implements TaskStore {
  private static final Logger LOG = LoggerFactory.getLogger(DiskTaskStore.class);
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private final ContentPaths paths;
  private final StoreParts parts;
  private final FileChannel lockChannel;
  private final Map<TaskId, DiskTask> tasks = new ConcurrentHashMap<>();

  private DiskTaskStore(ContentPaths paths, StoreParts parts, FileChannel lockChannel) {
    this.paths = paths;
    this.parts = parts;
    this.lockChannel = lockChannel;
  }

  /**
   * Opens the folder and brings back what it holds.
   *
   * @param disk does the file I/O; stays open when the store is closed
   * @throws DragonflyException CONFIG when the folder cannot be used or is used by another daemon
   */
  public static DiskTaskStore open(StorageConfig config, DiskExecutor disk, Time time) {
    return open(config, disk, time, folder -> Files.getFileStore(folder).getUsableSpace());
  }

  /** The same with another idea of how much room there is. */
  static DiskTaskStore open(StorageConfig config, DiskExecutor disk, Time time, FreeSpace space) {
    ContentPaths paths = new ContentPaths(config.dir());
    try {
      Files.createDirectories(paths.journals());
      FileChannel lock = lock(paths.lock());
      StoreParts parts =
          new StoreParts(disk, new OpenFiles(config.openFiles()), space, time, bootId());
      DiskTaskStore store = new DiskTaskStore(paths, parts, lock);
      store.load();
      return store;
    } catch (IOException e) {
      throw new DragonflyException(
          ErrorCode.CONFIG,
          "cannot use the storage folder "
              + config.dir()
              + ": "
              + e
              + "; check storage.dir and its rights",
          e);
    }
  }

  private static FileChannel lock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      channel.close();
      throw new DragonflyException(
          ErrorCode.CONFIG,
          "the storage folder "
              + file.getParent()
              + " is used by another daemon; give each its own storage.dir");
    }
    return channel;
  }

  private static String bootId() throws IOException {
    return Files.isReadable(BOOT_ID) ? Files.readString(BOOT_ID).strip() : "unknown";
  }

  private void load() throws IOException {
    TaskLoader loader = new TaskLoader(parts);
    try (Stream<Path> files = Files.walk(paths.journals())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.getFileName().toString().endsWith(ContentPaths.JOURNAL_SUFFIX)) {
          LOG.warn("not a journal, left alone file={}", file);
          continue;
        }
        loadOne(loader, file);
      }
    }
    LOG.info("store opened dir={} tasks={}", paths.dir(), tasks.size());
  }

  private void loadOne(TaskLoader loader, Path file) {
    try {
      loader.load(file, paths).ifPresent(task -> tasks.put(task.id(), task));
    } catch (IOException | RuntimeException e) {
      LOG.warn("journal cannot be read, left alone file={}", file, e);
    }
  }

  @Override
  public StoredTask open(TaskId id, TaskSpec spec) {
    DiskTask known = tasks.get(id);
    return known != null ? known : parts.disk().call(() -> create(id, spec));
  }

  private synchronized DiskTask create(TaskId id, TaskSpec spec) throws IOException {
    @Nullable DiskTask known = tasks.get(id);
    if (known != null) {
      return known;
    }
    Files.deleteIfExists(paths.journal(id));
    Journal journal = Journal.create(paths.journal(id), parts.files());
    DiskTask task = new DiskTask(id, spec, parts, paths.content(id, spec.kind()), journal);
    Files.createDirectories(task.contentFile().getParent());
    Files.deleteIfExists(task.contentFile());
    journal.append(new JournalRecord.Header(id, task.spec()));
    journal.append(new JournalRecord.Boot(parts.bootId()));
    tasks.put(id, task);
    return task;
  }

  @Override
  public Optional<StoredTask> find(TaskId id) {
    return Optional.ofNullable(tasks.get(id));
  }

  @Override
  public List<StoredTask> all() {
    return List.copyOf(tasks.values());
  }

  @Override
  public void delete(TaskId id) {
    DiskTask gone =
        parts
            .disk()
            .call(() -> {
              synchronized (this) {
                DiskTask task = tasks.remove(id);
                if (task != null) {
                  task.remove();
                }
                return Optional.ofNullable(task);
              }
            })
            .orElse(null);
    if (gone != null) {
      gone.tellDeleted();
    }
  }

  @Override
  public void close() {
    try {
      parts.files().close();
      lockChannel.close();
    } catch (IOException e) {
      LOG.warn("closing the store failed dir={}", paths.dir(), e);
    }
  }
}
