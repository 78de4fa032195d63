package dev.dragonfly.dfdaemon.link;

import dev.dragonfly.common.limit.Bandwidth;
import java.util.ArrayDeque;

/**
 * The turns of links that have blocks to send: few at a time, so that blocks go out whole and soon,
 * one block each, round and round. Safe for any thread; guarded by its monitor, under which nobody
 * is told.
 */
final class BlockSender {
  private final int slots;
  private final Bandwidth limit;
  private final SentContents contents;
  private final ArrayDeque<SendQueue> ready = new ArrayDeque<>();
  private int taken;

  /**
   * @param slots links that send at the same time
   * @param limit bandwidth of all uploads together
   */
  BlockSender(int slots, Bandwidth limit, SentContents contents) {
    this.slots = slots;
    this.limit = limit;
    this.contents = contents;
  }

  Bandwidth limit() {
    return limit;
  }

  SentContents contents() {
    return contents;
  }

  /** A link has something to send; {@link SendQueue#begin} tells when it is its turn. */
  void wait(SendQueue link) {
    synchronized (this) {
      ready.addLast(link);
    }
    callNext();
  }

  /** Whether the one who has a turn may go on at once, as nobody else waits. */
  synchronized boolean isUncontended() {
    return ready.isEmpty();
  }

  /** Ends a turn. */
  void end() {
    synchronized (this) {
      taken--;
    }
    callNext();
  }

  /** A link that waits is gone; false when its turn has come already. */
  synchronized boolean leave(SendQueue link) {
    return ready.remove(link);
  }

  private void callNext() {
    while (true) {
      SendQueue next;
      synchronized (this) {
        if (taken >= slots || ready.isEmpty()) {
          return;
        }
        next = ready.poll();
        taken++;
      }
      next.begin();
    }
  }
}
