package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What changes a piece does so one after the other, in the order in which it came: whoever checks a
 * piece sees bytes that nobody writes, and a block that was marked is not overwritten by one who
 * looked before. Pieces don't wait for each other, and nobody waits on a thread. Guarded by its own
 * monitor.
 */
final class PieceTurns {
  private static final int ANY = 0;

  private final Map<Integer, CompletableFuture<?>> last = new HashMap<>();
  private boolean closed;
  private long pieceLength = ANY;

  /**
   * Begins the action when its turn has come.
   *
   * @param cut the piece length by which the piece was numbered
   * @param action returns at once; its outcome is this one's
   */
  <T> CompletableFuture<T> next(long cut, int piece, Supplier<CompletableFuture<T>> action) {
    CompletableFuture<T> mine = new CompletableFuture<>();
    @Nullable CompletableFuture<?> before;
    synchronized (this) {
      if (closed || pieceLength != ANY && cut != pieceLength) {
        return CompletableFuture.failedFuture(
            new DragonflyException(
                ErrorCode.FAILED_PRECONDITION, "the piece length has changed; try again"));
      }
      before = last.put(piece, mine);
    }
    if (before == null) {
      begin(action, piece, mine);
    } else {
      before.whenComplete((done, failure) -> begin(action, piece, mine));
    }
    return mine;
  }

  private <T> void begin(
      Supplier<CompletableFuture<T>> action, int piece, CompletableFuture<T> mine) {
    action
        .get()
        .whenComplete((value, failure) -> {
          synchronized (this) {
            last.remove(piece, mine);
          }
          if (failure == null) {
            mine.complete(value);
          } else {
            mine.completeExceptionally(failure);
          }
        });
  }

  /** Lets nobody begin; the future is complete when those who began are done. */
  synchronized CompletableFuture<Void> stop() {
    closed = true;
    List<CompletableFuture<?>> running = List.copyOf(last.values());
    return CompletableFuture.allOf(
        running.stream()
            .map(turn -> turn.handle((done, failure) -> turn))
            .toArray(CompletableFuture[]::new));
  }

  /** Goes on, for pieces of this length. */
  synchronized void resume(long newPieceLength) {
    closed = false;
    pieceLength = newPieceLength;
  }
}
