package dev.dragonfly.dfdaemon.client;

import dev.dragonfly.common.announce.Parent;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks parents which pieces they have (SyncPieces). Safe for any thread. */
public interface ParentPieces {
  /**
   * Subscribes to the pieces of a parent, those it has and those it gets. Ends when closed or when
   * the parent ends it.
   *
   * @param pieceCount how many pieces there are, -1 while unknown: then a parent of ours tells all
   */
  Sync sync(Parent parent, TaskId task, int pieceCount, Listener listener);

  /** A running subscription. */
  interface Sync extends AutoCloseable {
    @Override
    void close();
  }

  /** Called on a gRPC thread, one call at a time for each subscription; must be short. */
  interface Listener {
    /**
     * The parent has a piece.
     *
     * @param data where its bytes are served
     * @param runs signed digest runs that cover it; empty from an upstream parent
     */
    void pieceAvailable(
        int number, long offset, long length, InetSocketAddress data, List<SignedRun> runs);

    /** The parent learnt something of the content, for example its length. */
    void factsLearnt(TaskFacts facts);

    /** No more will come; {@code cause} is null when the parent has told everything. */
    void ended(@Nullable Throwable cause);
  }
}
