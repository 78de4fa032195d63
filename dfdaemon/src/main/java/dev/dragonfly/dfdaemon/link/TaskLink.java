package dev.dragonfly.dfdaemon.link;

import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;

/**
 * The conversation with one host about one task; what is said goes out in order, except that the
 * bytes of blocks wait for their turn. Safe for any thread; never waits. On a connection that is
 * gone everything is dropped without a word: {@link TaskLinkListener#closed} has told.
 */
public interface TaskLink {
  Link link();

  TaskId task();

  /** Whether both sides may still say something. */
  boolean isOpen();

  /** Begins to speak: who this host is for the task, and how things stand. Said once, first. */
  void open(PeerId self, TaskState state, TaskFacts facts);

  /** How things stand now. */
  void tell(TaskState state, TaskFacts facts);

  /**
   * These blocks can be had here from now on. Callers coalesce: one call for what came within a few
   * milliseconds.
   */
  void have(BitSet blocks);

  /** Signed digests of blocks; goes ahead of the {@link #have} that tells of them. */
  void runs(List<SignedRun> runs);

  /** Asks for blocks, in this order. */
  void request(int... blocks);

  /** Takes a request back; the block may still come. */
  void cancel(int block);

  /** Does not give a block that was asked for before the time is over. */
  void busy(int block, Duration retryAfter);

  /** Cannot give a block that was asked for: it is not here, or not to be had from here now. */
  void missing(int block);

  /**
   * Sends a block that was asked for when its turn comes: one block at a time on a link, a limited
   * number of links at a time, within the rate limit of uploads. {@link TaskLinkListener#given}
   * tells when it is gone. The caller holds a {@link StoredTask#use()} until then.
   */
  void give(int block, StoredTask from);

  /** Blocks that were to be given and have not begun to be sent. */
  int queued();

  /** Says no more about the task; what is queued is dropped. */
  void close(CloseReason reason, String why);
}
