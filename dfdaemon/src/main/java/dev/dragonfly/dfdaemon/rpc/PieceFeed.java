package dev.dragonfly.dfdaemon.rpc;

import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.util.BitSet;
import java.util.function.IntPredicate;

/**
 * Tells of every wanted piece of a task exactly once: first those that are there, then each at the
 * moment when it is complete. The sink is called by one thread at a time, with this object's
 * monitor held.
 */
final class PieceFeed implements StoredTask.Listener, AutoCloseable {
  private final StoredTask stored;
  private final IntPredicate wanted;
  private final Sink sink;
  private final BitSet told = new BitSet();
  private StoredTask.Subscription subscription = () -> {};
  private boolean closed;

  /** What is told. */
  interface Sink {
    /**
     * A piece is there.
     *
     * @param before whether it was there before the feed began
     */
    void piece(Piece piece, boolean before);

    /** Something is known that was not. */
    void facts(TaskFacts facts);

    /** The task was deleted. */
    void deleted();
  }

  PieceFeed(StoredTask stored, IntPredicate wanted, Sink sink) {
    this.stored = stored;
    this.wanted = wanted;
    this.sink = sink;
  }

  /** Tells what is there and goes on until closed. */
  synchronized void start() {
    subscription = stored.listen(this);
    PieceBitmap there = stored.pieces();
    BitSet bits = there.toBitSet();
    for (int number = bits.nextSetBit(0); number >= 0; number = bits.nextSetBit(number + 1)) {
      stored.piece(number).ifPresent(piece -> tell(piece, true));
    }
  }

  /** Number of pieces told of. */
  synchronized int told() {
    return told.cardinality();
  }

  @Override
  public synchronized void pieceFinished(Piece piece) {
    tell(piece, false);
  }

  private void tell(Piece piece, boolean before) {
    if (!closed && wanted.test(piece.number()) && !told.get(piece.number())) {
      told.set(piece.number());
      sink.piece(piece, before);
    }
  }

  @Override
  public synchronized void factsChanged(TaskFacts facts) {
    if (!closed) {
      sink.facts(facts);
    }
  }

  @Override
  public synchronized void deleted() {
    if (!closed) {
      sink.deleted();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    subscription.close();
  }
}
