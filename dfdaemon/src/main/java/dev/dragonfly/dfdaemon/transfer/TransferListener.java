package dev.dragonfly.dfdaemon.transfer;

import dev.dragonfly.common.task.TaskId;
import java.net.InetAddress;

/** Told what is uploaded, for metrics and counts. Called on upload threads; must be short. */
public interface TransferListener {
  /** Listens to nothing. */
  TransferListener NONE = new TransferListener() {};

  /** Why a peer got nothing. */
  enum Refusal {
    TOO_MANY_CONNECTIONS,
    MALFORMED,
    SLOW_REQUEST,
    BUSY,
    SLOW_RECEIVER,
    NO_PIECE,
    FAILED
  }

  /** A piece begins to be sent. */
  default void uploadStarted(TaskId task, InetAddress to) {}

  /** Bytes were handed to the network. */
  default void bytesSent(TaskId task, InetAddress to, long bytes) {}

  /** The piece that began is sent, or its sending broke off. */
  default void uploadEnded(TaskId task, InetAddress to, boolean whole) {}

  /** A request or connection was refused. */
  default void uploadRefused(InetAddress from, Refusal why) {}
}
