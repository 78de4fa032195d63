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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All tasks below one {@link StoreFolder}. */
public final class DiskTaskStore implements TaskStore {
  private static final Logger LOG = LoggerFactory.getLogger(DiskTaskStore.class);

  /** Threads that read journals while the store opens. */
  private static final int LOADERS = 4;

  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private final StoreFolder folder;
  private final ContentPaths paths;
  private final StoreParts parts;
  private final Map<TaskId, DiskTask> tasks = new ConcurrentHashMap<>();
  private final Set<DiskTask> privates = ConcurrentHashMap.newKeySet();
  private final AtomicLong privateNumbers = new AtomicLong();
  private final DoubtfulTasks doubtful = new DoubtfulTasks();
  private final List<Consumer<StoredTask>> openings = new CopyOnWriteArrayList<>();

  private DiskTaskStore(StoreFolder folder, StoreParts parts) {
    this.folder = folder;
    this.paths = folder.paths();
    this.parts = parts;
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
    try {
      StoreFolder folder = StoreFolder.open(parts.dir());
      try {
        DiskTaskStore store = new DiskTaskStore(folder, parts);
        store.load();
        return store;
      } catch (IOException | RuntimeException e) {
        folder.close();
        throw e;
      }
    } catch (IOException | UncheckedIOException e) {
      throw new DragonflyException(
          ErrorCode.CONFIG,
          "cannot use the storage folder %s: %s; check storage.dir and its rights"
              .formatted(parts.dir(), e),
          e);
    }
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
    folder.removeLeftovers(
        tasks.values().stream().map(DiskTask::contentFile).collect(Collectors.toSet()));
    LOG.info(
        "store opened dir={} tasks={} doubtful={}", paths.dir(), tasks.size(), doubtful.count());
    doubtful.compareNext();
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
        loaded.get().comparison().ifPresent(doubtful::add);
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("journal cannot be read, left alone file={}", file, e);
    }
  }

  @Override
  public StoredTask open(TaskId id, TaskSpec spec) {
    @Nullable DiskTask there = tasks.get(id);
    if (there != null) {
      doubtful.await(id);
      return there;
    }
    DiskTask fresh = create(id, spec, paths.content(id, spec.kind()), paths.journal(id));
    @Nullable DiskTask other =
        tasks.putIfAbsent(id, fresh); // it has no files yet, so one too many is none
    if (other == null) {
      openings.forEach(listener -> listener.accept(fresh));
    }
    return other == null ? fresh : other;
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
  public void listen(Consumer<StoredTask> opened) {
    openings.add(opened);
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
          task.files.remove();
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
            before.files.remove();
          }
          task.files.move(paths.content(task.id(), task.spec().kind()), paths.journal(task.id()));
          return task;
        });
    if (before != null) {
      before.tellDeleted();
    }
    openings.forEach(listener -> listener.accept(task));
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
      folder.close();
    } catch (IOException e) {
      LOG.warn("closing the store failed dir={}", paths.dir(), e);
    }
  }
}
