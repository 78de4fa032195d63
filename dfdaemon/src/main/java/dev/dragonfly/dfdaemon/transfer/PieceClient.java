package dev.dragonfly.dfdaemon.transfer;

import dev.dragonfly.common.task.TaskId;
import java.net.InetSocketAddress;

/** Fetches pieces from another peer. Blocks; call from virtual threads. */
public interface PieceClient extends AutoCloseable {
  /**
   * Asks for a piece and returns when its metadata has arrived, or the word that the peer is busy.
   *
   * @throws dev.dragonfly.common.error.DragonflyException UNAVAILABLE when the peer cannot be
   *     reached, NOT_FOUND when it does not have the piece, DEADLINE_EXCEEDED when nothing came
   *     within the no-progress limit, INTERNAL for an answer that breaks the protocol
   */
  PieceAnswer open(InetSocketAddress peer, TaskId task, int piece);

  @Override
  void close();
}
