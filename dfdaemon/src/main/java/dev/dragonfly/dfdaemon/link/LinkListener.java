package dev.dragonfly.dfdaemon.link;

import dev.dragonfly.common.host.HostId;

/** Told what happens on links, for metrics. Called on event loops; must be short. */
public interface LinkListener {
  /** Listens to nothing. */
  LinkListener NONE = new LinkListener() {};

  /** A session has begun. */
  default void linkOpened(HostId host) {}

  /** A session that had begun has ended. */
  default void linkClosed(HostId host) {}

  /** Bytes of blocks came, wanted or not. */
  default void blockBytesReceived(HostId from, long bytes) {}

  /** Bytes of blocks were handed to the network. */
  default void blockBytesSent(HostId to, long bytes) {}

  /** A block that comes has to wait for a buffer; its link is not read meanwhile. */
  default void bufferAwaited() {}

  /** The wait for a buffer is over. */
  default void bufferGranted() {}
}
