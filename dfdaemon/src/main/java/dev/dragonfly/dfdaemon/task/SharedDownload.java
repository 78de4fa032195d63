package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One download and everybody who waits for it. When what it brought must be thrown away, a second
 * one takes its place and everybody waits on. Guarded by its own monitor; callers are told outside
 * of it.
 */
final class SharedDownload {
  private final WishCheck wishes;
  private final Timers timers;
  private final List<DownloadHandle> handles = new ArrayList<>();
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private TaskDownload download;
  private boolean ended;

  SharedDownload(TaskDownload download, WishCheck wishes, Timers timers) {
    this.download = download;
    this.wishes = wishes;
    this.timers = timers;
  }

  /** What to do when a download failed. */
  @FunctionalInterface
  interface Aftermath {
    /** Clears away what is wrong; the download that shall take its place, at most one. */
    Optional<TaskDownload> of(TaskDownload failed, DragonflyException failure);
  }

  /** A handle of one more caller, or null when the download has ended or is about to. */
  @Nullable DownloadHandle join(DownloadRequest request) {
    DownloadHandle handle;
    synchronized (this) {
      if (ended) {
        return null;
      }
      StoredTask stored = download.stored();
      handle =
          new DownloadHandle(
              stored,
              download.peer(),
              request,
              wishes,
              this::leave,
              offset -> current().readerAt(offset));
      handles.add(handle);
      // Too late to add anything, but the whole is there and only looked at: then he waits for
      // that.
      if (!download.join(handle) && !stored.isComplete()) {
        handles.remove(handle);
        return null;
      }
      handle.follow(stored, download.peer());
    }
    request.timeout().ifPresent(limit -> handle.limit(limit, timers));
    return handle;
  }

  private void leave(DownloadHandle handle) {
    TaskDownload current;
    boolean last;
    synchronized (this) {
      current = download;
      last = handles.remove(handle) && handles.isEmpty() && !ended;
    }
    current.leave(handle);
    if (last) {
      current.cancel();
    }
  }

  /**
   * Runs the download to its end and tells everybody; called once.
   *
   * @param onlyFromSource told of a whole that this download read from the source alone
   */
  void run(Aftermath aftermath, Consumer<StoredTask> onlyFromSource) {
    Optional<DragonflyException> failure = attempt();
    if (failure.isPresent()) {
      Optional<TaskDownload> second = aftermath.of(current(), failure.get());
      if (second.isPresent()) {
        replaceBy(second.get());
        failure = attempt();
        failure.ifPresent(why -> aftermath.of(current(), why));
      }
    }
    if (failure.isEmpty() && current().wasReadFromSource()) {
      onlyFromSource.accept(current().stored());
    }
    for (DownloadHandle handle : end()) {
      failure.ifPresentOrElse(handle::fail, handle::succeed);
    }
    over.complete(null);
  }

  /** Completed when it brings nothing more. */
  CompletableFuture<Void> over() {
    return over;
  }

  private Optional<DragonflyException> attempt() {
    TaskDownload attempt = current();
    try {
      attempt.run();
      return Optional.empty();
    } catch (DragonflyException e) {
      return Optional.of(e);
    } catch (RuntimeException e) {
      return Optional.of(
          new DragonflyException(
              ErrorCode.INTERNAL,
              "download of task " + attempt.stored().id() + " failed: " + e,
              e));
    }
  }

  private synchronized TaskDownload current() {
    return download;
  }

  private synchronized void replaceBy(TaskDownload second) {
    download = second;
    for (DownloadHandle handle : handles) {
      second.join(handle);
      handle.follow(second.stored(), second.peer());
    }
    if (handles.isEmpty()) {
      second.cancel();
    }
  }

  private synchronized List<DownloadHandle> end() {
    ended = true;
    List<DownloadHandle> waiting = List.copyOf(handles);
    handles.clear();
    return waiting;
  }
}
