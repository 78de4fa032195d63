package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All tasks below one folder, which it locks: a second daemon on the same folder is refused. What
 * in the folder is not its own is reported and left alone.
 */
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
    OpenFiles files = new OpenFiles(config.openFiles(), FileOpener.DISK);
    FreeSpace space = folder -> Files.getFileStore(folder).getUsableSpace();
    return open(config.dir(), new StoreParts(disk, files, space, time, bootId()));
  }

  /** The same on another disk or after another start of the machine. */
  static DiskTaskStore open(Path dir, StoreParts parts) {
    ContentPaths paths = new ContentPaths(dir);
    try {
      Files.createDirectories(paths.journals());
      FileChannel lock = lock(paths.lock());
      try {
        DiskTaskStore store = new DiskTaskStore(paths, parts, lock);
        store.load();
        return store;
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException | UncheckedIOException e) {
      throw new DragonflyException(
          ErrorCode.CONFIG,
          "cannot use the storage folder " + dir + ": " + e + "; check storage.dir and its rights",
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

  /** Where the kernel does not tell its start, every start of the process counts as one. */
  private static String bootId() {
    try {
      return Files.readString(BOOT_ID).strip();
    } catch (IOException e) {
      return UUID.randomUUID().toString();
    }
  }

  private void load() throws IOException {
    TaskLoader loader = new TaskLoader(parts);
    try (Stream<Path> files = Files.walk(paths.journals())) {
      List<CompletableFuture<Void>> loading =
          files
              .filter(Files::isRegularFile)
              .map(file -> parts.disk().submit(() -> loadOne(loader, file)))
              .toList();
      CompletableFuture.allOf(loading.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      throw new DragonflyException(
          ErrorCode.CONFIG, "reading the storage folder " + paths.dir() + " failed", e.getCause());
    }
    reportStrangers();
    LOG.info("store opened dir={} tasks={}", paths.dir(), tasks.size());
  }

  private @Nullable Void loadOne(TaskLoader loader, Path file) {
    if (!file.getFileName().toString().endsWith(ContentPaths.JOURNAL_SUFFIX)) {
      LOG.warn("not a journal, left alone file={}", file);
      return null;
    }
    try {
      loader.load(file, paths).ifPresent(task -> tasks.put(task.id(), task));
    } catch (IOException | RuntimeException e) {
      LOG.warn("journal cannot be read, left alone file={}", file, e);
    }
    return null;
  }

  /** Files between the content that no task owns: they take room and nobody else will tell. */
  private void reportStrangers() throws IOException {
    if (!Files.exists(paths.contents())) {
      return;
    }
    Set<Path> owned =
        tasks.values().stream().map(DiskTask::contentFile).collect(Collectors.toSet());
    try (Stream<Path> files = Files.walk(paths.contents())) {
      files
          .filter(Files::isRegularFile)
          .filter(file -> !owned.contains(file))
          .forEach(file -> LOG.warn("content of no known task, left alone file={}", file));
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
    Path content = paths.content(id, spec.kind());
    try {
      Files.deleteIfExists(paths.journal(id));
      Files.createDirectories(content.getParent());
      Files.deleteIfExists(content);
      Journal journal = Journal.create(paths.journal(id), parts.files());
      DiskTask task = new DiskTask(id, spec, parts, content, journal);
      journal.append(new JournalRecord.Header(id, task.spec()));
      journal.append(new JournalRecord.Boot(parts.bootId()));
      tasks.put(id, task);
      return task;
    } catch (IOException e) {
      throw new Room(id, paths.dir(), parts.space()).failure("making the record", e);
    }
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
    Optional<DiskTask> gone = parts.disk().call(() -> remove(id));
    gone.ifPresent(DiskTask::tellDeleted);
  }

  private synchronized Optional<DiskTask> remove(TaskId id) throws IOException {
    @Nullable DiskTask task = tasks.remove(id);
    if (task != null) {
      task.files().remove();
    }
    return Optional.ofNullable(task);
  }

  @Override
  public void forgetIfEmpty(TaskId id) {}

  @Override
  public StoredTask openPrivate(TaskId id, TaskSpec spec) {
    return parts.disk().call(() -> create(id, spec));
  }

  @Override
  public void adopt(StoredTask privateTask) {}

  @Override
  public void discard(StoredTask privateTask) {}

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
