package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.storage.wire.JournalRecord;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
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

  /** Threads that read journals while the store opens. */
  private static final int LOADERS = 4;

  private static final long MAX_COMPARE_WAIT_SECONDS = 5;
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private final ContentPaths paths;
  private final StoreParts parts;
  private final FileChannel lockChannel;
  private final Map<TaskId, DiskTask> tasks = new ConcurrentHashMap<>();
  private final Set<DiskTask> privates = ConcurrentHashMap.newKeySet();
  private final AtomicLong privateNumbers = new AtomicLong();
  private final Map<TaskId, TaskComparison> comparisons = new ConcurrentHashMap<>();
  private final CompletableFuture<Void> compared = new CompletableFuture<>();

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
    return open(new StoreParts(config.dir(), disk, files, space, time, bootId()));
  }

  /** The same on another disk or after another start of the machine. */
  static DiskTaskStore open(StoreParts parts) {
    Path dir = parts.dir();
    ContentPaths paths = new ContentPaths(dir);
    try {
      closeFolders(paths);
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

  /** Also those that an older version has left open to others. */
  private static void closeFolders(ContentPaths paths) throws IOException {
    OwnerOnly.createFolders(paths.dir());
    OwnerOnly.closeFolder(paths.journals());
    OwnerOnly.closeFolder(paths.contents());
    OwnerOnly.closeFolder(paths.privates());
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

  /**
   * Reads the journals, however many and however slow the disk is; what is in doubt is compared
   * later. One that cannot be read stops nobody.
   */
  private void load() throws IOException {
    TaskLoader loader = new TaskLoader(parts);
    try (Stream<Path> files = Files.walk(paths.journals());
        ExecutorService readers =
            Executors.newFixedThreadPool(LOADERS, Threads.daemonFactory("store-load"))) {
      files
          .filter(Files::isRegularFile)
          .forEach(file -> readers.execute(() -> loadOne(loader, file)));
    }
    removeLeftovers();
    LOG.info(
        "store opened dir={} tasks={} doubtful={}", paths.dir(), tasks.size(), comparisons.size());
    compareNext();
  }

  private void loadOne(TaskLoader loader, Path file) {
    if (!file.getFileName().toString().endsWith(ContentPaths.JOURNAL_SUFFIX)) {
      LOG.warn("not a journal, left alone file={}", file);
      return;
    }
    try {
      Optional<TaskLoader.Loaded> loaded = loader.load(file, paths);
      if (loaded.isPresent()) {
        DiskTask task = loaded.get().task();
        tasks.put(task.id(), task);
        loaded.get().comparison().ifPresent(doubt -> comparisons.put(task.id(), doubt));
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("journal cannot be read, left alone file={}", file, e);
    }
  }

  /** Compares one task after the other, so that the first are of use soon. */
  private void compareNext() {
    comparisons.values().stream()
        .findFirst()
        .ifPresentOrElse(
            next ->
                next.run()
                    .whenComplete((done, failure) -> {
                      comparisons.remove(next.task().id(), next);
                      compareNext();
                    }),
            () -> compared.complete(null));
  }

  /** Complete when nothing that was loaded is in doubt any more. */
  CompletableFuture<Void> compared() {
    return compared;
  }

  /**
   * Private content of a process that ended, and content whose record is gone: nobody else would
   * ever remove it. Only what has our names; the rest is reported.
   */
  private void removeLeftovers() throws IOException {
    Set<Path> owned =
        tasks.values().stream().map(DiskTask::contentFile).collect(Collectors.toSet());
    try (Stream<Path> contents = Files.walk(paths.contents());
        Stream<Path> privates = Files.list(paths.privates())) {
      for (Path file : privates.toList()) {
        Files.deleteIfExists(file);
      }
      for (Path file : contents.filter(Files::isRegularFile).toList()) {
        if (!owned.contains(file)) {
          removeUnlessStrange(file);
        }
      }
    }
  }

  private void removeUnlessStrange(Path file) throws IOException {
    Optional<TaskId> id = paths.idOf(file);
    if (id.isEmpty() || Files.exists(paths.journal(id.get()))) {
      LOG.warn("content of no known task, left alone file={}", file);
      return;
    }
    LOG.warn("content without a record, removed file={} bytes={}", file, Files.size(file));
    Files.delete(file);
  }

  @Override
  public StoredTask open(TaskId id, TaskSpec spec) {
    StoredTask task = tasks.computeIfAbsent(id, unknown -> create(id, spec));
    awaitComparison(id);
    return task;
  }

  /** Who asks for a task after a power loss waits a little, rather than to fetch what is here. */
  private void awaitComparison(TaskId id) {
    TaskComparison doubt = comparisons.get(id);
    if (doubt == null) {
      return;
    }
    try {
      doubt.run().get(MAX_COMPARE_WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | ExecutionException e) {
      LOG.debug("still comparing task={}", id);
    }
  }

  private DiskTask create(TaskId id, TaskSpec spec) {
    return create(id, spec, paths.content(id, spec.kind()), paths.journal(id));
  }

  private DiskTask create(TaskId id, TaskSpec spec, Path content, Path journal) {
    List<JournalRecord> head =
        List.of(
            new JournalRecord.Header(id, spec.withRequestHeader(Map.of())),
            new JournalRecord.Boot(parts.bootId()));
    return new DiskTask(id, spec, parts, content, Journal.unwritten(journal, parts.files(), head));
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
    @Nullable DiskTask gone = tasks.remove(id);
    if (gone != null) {
      remove(gone);
      gone.tellDeleted();
    }
  }

  private void remove(DiskTask task) {
    parts
        .disk()
        .call(() -> {
          task.files().remove();
          return task;
        });
  }

  @Override
  public void forgetIfEmpty(TaskId id) {
    @Nullable DiskTask task = tasks.get(id);
    if (task != null && parts.disk().call(task::forget)) {
      tasks.remove(id, task);
    }
  }

  @Override
  public StoredTask openPrivate(TaskId id, TaskSpec spec) {
    long number = privateNumbers.incrementAndGet();
    DiskTask task =
        create(id, spec, paths.privateContent(id, number), paths.privateJournal(id, number));
    privates.add(task);
    return task;
  }

  @Override
  public void adopt(StoredTask privateTask) {
    DiskTask task = (DiskTask) privateTask;
    if (!privates.remove(task)) {
      throw new DragonflyException(
          ErrorCode.FAILED_PRECONDITION,
          "task " + task.id() + " is not private any more and cannot be adopted");
    }
    @Nullable DiskTask before = tasks.put(task.id(), task);
    parts
        .disk()
        .call(() -> {
          if (before != null) {
            before.files().remove();
          }
          task.files().move(paths.content(task.id(), task.spec().kind()), paths.journal(task.id()));
          return task;
        });
    if (before != null) {
      before.tellDeleted();
    }
  }

  @Override
  public void discard(StoredTask privateTask) {
    DiskTask task = (DiskTask) privateTask;
    if (privates.remove(task)) {
      remove(task);
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
