package dev.dragonfly.dfdaemon.transfer;

import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskKind;
import java.time.Duration;

/**
 * One packet of the Vortex piece protocol. The packet id (0 to 255) is chosen by the sender and
 * checked by nobody.
 */
sealed interface Packet {
  int packetId();

  /** Asks for a piece. */
  record PieceRequest(int packetId, TaskKind kind, TaskId task, int piece) implements Packet {
    /**
     * The packet id by which we say that {@link Busy} is understood, as the request has no room for
     * more. Others choose theirs at random; one that hits upon it is only told earlier to go.
     */
    static final int KNOWS_BUSY = 0xdf;

    boolean knowsBusy() {
      return packetId == KNOWS_BUSY;
    }
  }

  /** What is neither a refusal nor a break of the protocol. */
  sealed interface Answer extends Packet permits PieceContent, Busy {}

  /**
   * Describes a piece; its raw bytes follow the packet.
   *
   * @param offset first byte in the task
   * @param length bytes that follow the packet
   * @param digest {@code algorithm:encoded}, may be empty
   * @param parentId peer from which the sender has the piece, may be empty
   * @param traffic 0 source, 1 remote peer, 2 local peer
   * @param costSeconds time the sender needed to obtain it
   * @param createdAtSeconds Unix time
   */
  record PieceContent(
      int packetId,
      TaskKind kind,
      int number,
      long offset,
      long length,
      String digest,
      String parentId,
      int traffic,
      long costSeconds,
      long createdAtSeconds)
      implements Answer {
    static final int REMOTE_PEER = 1;
  }

  /** Answers instead of a piece. */
  record Failure(int packetId, Code code, String message) implements Packet {
    /** The codes of the wire, numbered by their position; higher numbers count as unknown. */
    enum Code {
      UNKNOWN,
      INVALID_ARGUMENT,
      NOT_FOUND,
      INTERNAL
    }
  }

  /**
   * No room for another upload now. On the wire a {@link Failure} whose text says so, which to
   * peers that do not know it is an ordinary refusal.
   */
  record Busy(int packetId, Duration retryAfter) implements Answer {}

  /** Says that nothing follows; neither side needs it. */
  record Close(int packetId) implements Packet {}
}
