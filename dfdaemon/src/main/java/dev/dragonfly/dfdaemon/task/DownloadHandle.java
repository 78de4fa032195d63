package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.dfdaemon.piece.Interest;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** One caller's share of a download: done when what he asked for is verified. */
final class DownloadHandle implements RunningDownload, CallerDemands.Caller {
  private final DownloadRequest request;
  private final WishCheck wishes;
  private final Consumer<DownloadHandle> leave;
  private final LongConsumer readers;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private final AtomicBoolean checking = new AtomicBoolean();
  private volatile StoredTask stored;
  private volatile PeerId peer;
  private StoredTask.Subscription following = () -> {};

  DownloadHandle(
      StoredTask stored,
      PeerId peer,
      DownloadRequest request,
      WishCheck wishes,
      Consumer<DownloadHandle> leave,
      LongConsumer readers) {
    this.stored = stored;
    this.peer = peer;
    this.request = request;
    this.wishes = wishes;
    this.leave = leave;
    this.readers = readers;
  }

  /** Begins to watch the store; done by one thread at a time. */
  void follow(StoredTask task, PeerId as) {
    stored = task;
    peer = as;
    following.close();
    if (request.range().isEmpty()) {
      return; // Who wants everything waits for the end of the download.
    }
    StoredTask.Subscription subscription =
        task.listen(
            new StoredTask.Listener() {
              @Override
              public void pieceFinished(Piece piece) {
                look(task);
              }

              @Override
              public void factsChanged(TaskFacts facts) {
                look(task);
              }
            });
    following = subscription;
    done.whenComplete((nothing, failure) -> subscription.close());
    look(task);
  }

  private void look(StoredTask task) {
    if (new Interest(request.range()).isSatisfiedBy(task)) {
      done.complete(null);
    }
  }

  /** Gives up after this time, for this caller alone. */
  void limit(Duration time, Timers timers) {
    Timers.Timer timer = timers.after(time, () -> tooLate(time));
    done.whenComplete((nothing, failure) -> timer.cancel());
  }

  private void tooLate(Duration time) {
    fail(
        new DragonflyException(
            ErrorCode.DEADLINE_EXCEEDED,
            "download of task %s did not finish within %s: %d pieces are there; raise --timeout"
                .formatted(taskId(), time, stored.pieces().count())));
    leave.accept(this);
  }

  /** Everything is there: checks the caller's own digest, if he gave one, and is done. */
  void succeed() {
    if (done.isDone() || !checking.compareAndSet(false, true)) {
      return;
    }
    Optional<Digest> wish = WishCheck.wish(request).filter(digest -> stored.isComplete());
    if (wish.isEmpty()) {
      done.complete(null);
      return;
    }
    Threads.virtual("digest-" + taskId().value().substring(0, 8), () -> check(wish.get()));
  }

  private void check(Digest wish) {
    try {
      stored = wishes.check(stored, request, wish);
      done.complete(null);
    } catch (DragonflyException e) {
      fail(e);
    } catch (RuntimeException e) {
      fail(
          new DragonflyException(
              ErrorCode.INTERNAL, "checking the digest of task " + taskId() + " failed: " + e, e));
    }
  }

  void fail(DragonflyException failure) {
    done.completeExceptionally(failure);
  }

  @Override
  public DownloadRequest request() {
    return request;
  }

  @Override
  public void refused(DragonflyException why) {
    fail(why);
    leave.accept(this);
  }

  @Override
  public TaskId taskId() {
    return stored.id();
  }

  @Override
  public PeerId peerId() {
    return peer;
  }

  @Override
  public StoredTask stored() {
    return stored;
  }

  @Override
  public CompletableFuture<Void> done() {
    return done;
  }

  @Override
  public void readerAt(long offset) {
    readers.accept(offset);
  }

  @Override
  public void close() {
    leave.accept(this);
    if (!done.isDone()) {
      fail(
          new DragonflyException(
              ErrorCode.CANCELLED, "its caller gave up the download of task " + taskId()));
    }
  }
}
