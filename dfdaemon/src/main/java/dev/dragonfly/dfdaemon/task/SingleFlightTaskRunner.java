package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.dfdaemon.piece.Interest;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One download for each task, however many callers. What is complete on the disk is answered
 * without asking anybody; only a triggered seed then says that it has it.
 */
public final class SingleFlightTaskRunner implements TaskRunner {
  private static final Logger LOG = LoggerFactory.getLogger(SingleFlightTaskRunner.class);

  private final DownloadContext context;
  private final MetadataAnnouncement announcement;
  private final SourceComparison comparison;
  private final WishCheck wishes;
  private final WrongContent wrong;
  private final ConcurrentMap<TaskId, SharedDownload> running = new ConcurrentHashMap<>();

  public SingleFlightTaskRunner(DownloadContext context) {
    this.context = context;
    this.announcement = new MetadataAnnouncement(context);
    this.comparison = new SourceComparison(context);
    this.wishes = new WishCheck(comparison);
    this.wrong = new WrongContent(context);
  }

  @Override
  public RunningDownload run(DownloadRequest request) {
    TaskId id = request.taskId();
    while (true) {
      Optional<StoredTask> held = context.store().find(id);
      if (held.isPresent() && isSettled(held.get(), request)) {
        return fromDisk(held.get(), context.peerIds().of(id), request);
      }
      AtomicBoolean first = new AtomicBoolean();
      SharedDownload shared =
          running.computeIfAbsent(
              id,
              unknown -> {
                first.set(true);
                return begin(id, request);
              });
      DownloadHandle handle = shared.join(request);
      if (first.get()) {
        Threads.virtual("task-" + id.value().substring(0, 8), () -> runToEnd(id, shared));
      }
      if (handle != null) {
        expectWish(handle, request);
        return handle;
      }
      running.remove(id, shared);
    }
  }

  @Override
  public Optional<StoredTask> held(TaskId task, TaskSpec spec) {
    return context
        .store()
        .find(task)
        .filter(stored -> stored.isComplete() && isWhatItIsNamed(stored, spec));
  }

  @Override
  public CompletableFuture<Void> idle(TaskId task) {
    SharedDownload download = running.get(task);
    return download == null ? CompletableFuture.completedFuture(null) : download.over().copy();
  }

  /** Whether nothing is left to do: what is wanted is there, and the whole is what it is named. */
  private static boolean isSettled(StoredTask stored, DownloadRequest request) {
    return new Interest(request.range()).isSatisfiedBy(stored)
        && (!stored.isComplete() || isWhatItIsNamed(stored, request.spec()));
  }

  private static boolean isWhatItIsNamed(StoredTask whole, TaskSpec spec) {
    Optional<Digest> own = TaskIdCalculator.contentDigest(spec);
    return own.isEmpty() || whole.knownDigest(own.get().algorithm()).equals(own);
  }

  private static void expectWish(DownloadHandle handle, DownloadRequest request) {
    if (request.range().isPresent()) {
      return;
    }
    try {
      WishCheck.wish(request).ifPresent(wish -> handle.stored().expectDigest(wish.algorithm()));
    } catch (DragonflyException e) {
      handle.close();
      throw e;
    }
  }

  private SharedDownload begin(TaskId id, DownloadRequest request) {
    StoredTask stored = context.store().open(id, request.spec());
    PeerId peer = context.peerIds().begin(id);
    TaskDownload download =
        new TaskDownload(stored, peer, request, TaskDownload.From.ANYBODY, context);
    return new SharedDownload(download, wishes, context.source().timers());
  }

  private RunningDownload fromDisk(StoredTask stored, PeerId peer, DownloadRequest request) {
    LOG.debug("task is on the disk task={} peer={}", stored.id(), peer);
    DownloadHandle handle = new DownloadHandle(stored, peer, request, wishes, h -> {});
    handle.succeed();
    if (request.needBackToSource() && stored.isComplete()) {
      announcement.announce(stored, peer, request);
    }
    return handle;
  }

  private void runToEnd(TaskId id, SharedDownload mine) {
    try {
      mine.run(wrong::after, comparison::proven);
    } finally {
      // One step with the begin of another download: it must not get a task that is forgotten then.
      running.compute(
          id, (same, current) -> current == null || current == mine ? forget(id) : current);
    }
  }

  /** A download that failed before it had anything leaves nothing behind. */
  private @Nullable SharedDownload forget(TaskId id) {
    context.store().forgetIfEmpty(id);
    if (context.store().find(id).isEmpty()) {
      context.peerIds().forget(id);
    }
    return null;
  }
}
