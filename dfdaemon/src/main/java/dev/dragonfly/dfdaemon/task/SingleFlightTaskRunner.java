package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.dfdaemon.piece.Claims;
import dev.dragonfly.dfdaemon.piece.Interest;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
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
  private final ConcurrentMap<TaskId, SharedDownload> running = new ConcurrentHashMap<>();

  public SingleFlightTaskRunner(DownloadContext context) {
    this.context = context;
    this.announcement = new MetadataAnnouncement(context);
  }

  @Override
  public RunningDownload run(DownloadRequest request) {
    TaskId id = taskId(request);
    while (true) {
      StoredTask stored = context.store().open(id, request.spec());
      if (new Claims(stored, () -> new Interest(request.range())).satisfied()) {
        return fromDisk(stored, context.peerIds().of(id), request);
      }
      AtomicBoolean first = new AtomicBoolean();
      SharedDownload shared =
          running.computeIfAbsent(
              id,
              unknown -> {
                first.set(true);
                return begin(stored, request);
              });
      DownloadHandle handle = shared.join(request);
      if (first.get()) {
        Threads.virtual("task-" + id.value().substring(0, 8), () -> runToEnd(id, shared));
      }
      if (handle != null) {
        return handle;
      }
      running.remove(id, shared);
    }
  }

  private SharedDownload begin(StoredTask stored, DownloadRequest request) {
    PeerId peer = context.peerIds().begin(stored.id());
    TaskDownload download = new TaskDownload(stored, peer, request, context);
    return new SharedDownload(stored, peer, download, context.source().timers());
  }

  private static TaskId taskId(DownloadRequest request) {
    try {
      return TaskIdCalculator.taskId(request.spec());
    } catch (IllegalArgumentException e) {
      throw new DragonflyException(ErrorCode.INVALID_ARGUMENT, String.valueOf(e.getMessage()), e);
    }
  }

  private RunningDownload fromDisk(StoredTask stored, PeerId peer, DownloadRequest request) {
    LOG.debug("task is on the disk task={} peer={}", stored.id(), peer);
    DownloadHandle handle = new DownloadHandle(stored, peer, request, h -> {});
    handle.succeed();
    if (request.needBackToSource() && stored.isComplete()) {
      announcement.announce(stored, peer, request);
    }
    return handle;
  }

  private void runToEnd(TaskId id, SharedDownload mine) {
    try {
      mine.run(this::forgetWhatIsWrong);
    } finally {
      running.remove(id, mine);
    }
  }

  /** Content that changed at the source, or that is not what its digest says, is not kept. */
  private void forgetWhatIsWrong(StoredTask stored, DragonflyException failure) {
    if (failure.code() == ErrorCode.SOURCE_CHANGED || failure.code() == ErrorCode.DIGEST_MISMATCH) {
      LOG.warn("task removed task={} cause={}", stored.id(), failure.getMessage());
      context.store().delete(stored.id());
      context.peerIds().forget(stored.id());
    }
  }
}
