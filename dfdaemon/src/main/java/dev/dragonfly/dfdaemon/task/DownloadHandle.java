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
import dev.dragonfly.dfdaemon.piece.Claims;
import dev.dragonfly.dfdaemon.piece.Interest;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** One caller's share of a download: done when what he asked for is verified. */
final class DownloadHandle implements RunningDownload {
  private final StoredTask stored;
  private final PeerId peer;
  private final DownloadRequest request;
  private final Consumer<DownloadHandle> leave;
  private final Claims wanted;
  private final CompletableFuture<Void> lengthKnown = new CompletableFuture<>();
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private final AtomicBoolean checking = new AtomicBoolean();

  DownloadHandle(
      StoredTask stored, PeerId peer, DownloadRequest request, Consumer<DownloadHandle> leave) {
    this.stored = stored;
    this.peer = peer;
    this.request = request;
    this.leave = leave;
    Interest interest = new Interest(request.range());
    this.wanted = new Claims(stored, () -> interest);
  }

  /** Begins to watch the store. */
  void follow() {
    StoredTask.Subscription subscription =
        stored.listen(
            new StoredTask.Listener() {
              @Override
              public void pieceFinished(Piece piece) {
                if (request.range().isPresent()) {
                  look();
                }
              }

              @Override
              public void factsChanged(TaskFacts facts) {
                look();
              }
            });
    done.whenComplete((nothing, failure) -> subscription.close());
    look();
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

  private void look() {
    if (stored.facts().contentLength().isPresent()) {
      lengthKnown.complete(null);
    }
    if (request.range().isPresent() && wanted.satisfied()) {
      succeed();
    }
  }

  /** Everything is there: checks the caller's own digest, if he gave one, and is done. */
  void succeed() {
    lengthKnown.complete(null);
    if (done.isDone() || !checking.compareAndSet(false, true)) {
      return;
    }
    Optional<Digest> expected = request.spec().digest();
    boolean vouched =
        expected.equals(stored.facts().digest()) && !stored.facts().readerKeys().isEmpty();
    if (expected.isEmpty() || vouched || !stored.isComplete()) {
      done.complete(null);
      return;
    }
    Threads.virtual(
        "digest-" + taskId().value().substring(0, 8), () -> checkDigest(expected.get()));
  }

  private void checkDigest(Digest expected) {
    try {
      Digest actual = stored.digest(expected.algorithm());
      if (actual.equals(expected)) {
        done.complete(null);
        return;
      }
      fail(
          new DragonflyException(
              ErrorCode.DIGEST_MISMATCH,
              "content of %s is %s (expected %s): check the digest that was asked for"
                  .formatted(stored.spec().publicUrl(), actual, expected)));
    } catch (DragonflyException e) {
      fail(e);
    }
  }

  void fail(DragonflyException failure) {
    lengthKnown.completeExceptionally(failure);
    done.completeExceptionally(failure);
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
  public CompletableFuture<Void> lengthKnown() {
    return lengthKnown;
  }

  @Override
  public CompletableFuture<Void> done() {
    return done;
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
