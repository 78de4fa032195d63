package dev.dragonfly.dfdaemon.link;

import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.dfdaemon.storage.BlockLease;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;

/**
 * Told what the other side of a {@link TaskLink} says. Everything but {@link #closed} and {@link
 * #given} is called on the event loop of the link, one call at a time and in the order in which it
 * was said; must be short and must not wait. Numbers have been checked to be in the range that any
 * task can have, not in that of this task.
 */
public interface TaskLinkListener {
  /** The other side speaks of the task: who it is and how things stand there. */
  void opened(PeerId peer, TaskState state, TaskFacts facts);

  /** How things stand there now. */
  void told(TaskState state, TaskFacts facts);

  /** More blocks can be had there. */
  void has(BitSet blocks);

  /** Signed digests; not verified. */
  void runs(List<SignedRun> runs);

  /** The other side wants a block. */
  void requested(int block);

  /** The other side does not want a block any more; {@code true} if it was taken from the queue. */
  void cancelled(int block, boolean wasQueued);

  /** The other side will have room again after this time. */
  void busy(int block, Duration retryAfter);

  /** The other side cannot give the block. */
  void missing(int block);

  /**
   * A block begins to come.
   *
   * @return its length if it is wanted; -1 if nobody asked for it or it is there: its bytes are
   *     dropped, and {@link #dropped} counts them
   */
  int expected(int block);

  /** Bytes of a wanted block have come; its whole comes with {@link #arrived}. */
  void progressed(int block, int bytes);

  /** A wanted block is there, not verified. The lease is the listener's from now on. */
  void arrived(int block, BlockLease bytes);

  /** Bytes came that nobody wanted, or that do not add up to the block. */
  void dropped(int block, int bytes);

  /** A block that was to be given is gone out, or will not go out. Any thread. */
  void given(int block, boolean whole);

  /** Nothing more comes: the other side said so, or the connection is gone. Any thread; once. */
  void closed(CloseReason reason, String why);
}
