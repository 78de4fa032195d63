package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One download and everybody who waits for it. Guarded by its own monitor; callers are told outside
 * of it.
 */
final class SharedDownload {
  private final StoredTask stored;
  private final PeerId peer;
  private final TaskDownload download;
  private final Timers timers;
  private final List<DownloadHandle> handles = new ArrayList<>();
  private boolean ended;

  SharedDownload(StoredTask stored, PeerId peer, TaskDownload download, Timers timers) {
    this.timers = timers;
    this.stored = stored;
    this.peer = peer;
    this.download = download;
  }

  /** A handle of one more caller, or null when the download has ended or is about to. */
  @Nullable DownloadHandle join(DownloadRequest request) {
    DownloadHandle handle = new DownloadHandle(stored, peer, request, this::leave);
    synchronized (this) {
      if (ended) {
        return null;
      }
      handles.add(handle);
    }
    if (!download.join(request)) {
      synchronized (this) {
        handles.remove(handle);
      }
      return null;
    }
    handle.follow();
    request.timeout().ifPresent(limit -> handle.limit(limit, timers));
    return handle;
  }

  private void leave(DownloadHandle handle) {
    boolean last;
    synchronized (this) {
      last = handles.remove(handle) && handles.isEmpty() && !ended;
    }
    if (last) {
      download.cancel();
    }
  }

  /**
   * Runs the download to its end and tells everybody; called once.
   *
   * @param onFailure called before anybody is told of a failure
   */
  void run(BiConsumer<StoredTask, DragonflyException> onFailure) {
    DragonflyException failure = null;
    try {
      download.run();
    } catch (DragonflyException e) {
      failure = e;
    } catch (RuntimeException e) {
      failure =
          new DragonflyException(
              ErrorCode.INTERNAL, "download of task " + stored.id() + " failed: " + e, e);
    }
    if (failure != null) {
      onFailure.accept(stored, failure);
    }
    List<DownloadHandle> waiting;
    synchronized (this) {
      ended = true;
      waiting = List.copyOf(handles);
      handles.clear();
    }
    for (DownloadHandle handle : waiting) {
      if (failure == null) {
        handle.succeed();
      } else {
        handle.fail(failure);
      }
    }
  }
}
