package dev.dragonfly.dfdaemon.session;

import java.net.InetSocketAddress;

/** Makes this host known to a scheduler that says it does not know it. */
@FunctionalInterface
public interface HostAnnouncement {
  /**
   * Announces now. Blocks up to the deadline of the call.
   *
   * @throws dev.dragonfly.common.error.DragonflyException when the scheduler could not be told
   */
  void announceNow(InetSocketAddress scheduler);
}
