package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.host.HostId;
import dev.dragonfly.dfdaemon.host.PeerIds;
import dev.dragonfly.dfdaemon.piece.DownloadListener;
import dev.dragonfly.dfdaemon.piece.Engine;
import dev.dragonfly.dfdaemon.session.SchedulerSessions;
import dev.dragonfly.dfdaemon.storage.TaskStore;

/**
 * What all downloads of this host have in common.
 *
 * @param hostId this host
 * @param peerIds which peer this host is for a task
 * @param store the local store
 * @param sessions conversations with schedulers
 * @param engine parts that fetch bytes
 * @param patience how long to wait for whom
 * @param listener told what is received
 */
public record DownloadContext(
    HostId hostId,
    PeerIds peerIds,
    TaskStore store,
    SchedulerSessions sessions,
    Engine engine,
    PatienceSettings patience,
    DownloadListener listener) {
  /** Version of our extensions of the wire that this daemon speaks. */
  public static final int EXT_VERSION = 1;
}
