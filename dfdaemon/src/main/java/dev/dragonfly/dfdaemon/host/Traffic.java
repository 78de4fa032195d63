package dev.dragonfly.dfdaemon.host;

/** What this daemon sends and receives. Safe for any thread; no method blocks. */
public interface Traffic {
  /** Bytes sent to other peers since the start. */
  long sentBytes();

  /** Bytes received from other peers and sources since the start. */
  long receivedBytes();

  /** Bits per second that may be sent; 0 when not limited. */
  long maxSendRate();

  /** Bits per second that may be received; 0 when not limited. */
  long maxReceiveRate();

  /** Pieces that are being sent now. */
  int uploads();
}
