package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.backtosource.SourceReading;
import dev.dragonfly.dfdaemon.piece.DownloadListener;
import dev.dragonfly.dfdaemon.session.SchedulerSessions;
import dev.dragonfly.dfdaemon.storage.TaskStore;
import dev.dragonfly.dfdaemon.swarm.SwarmParts;

/**
 * What all downloads of this host have in common.
 *
 * @param hostId this host
 * @param peerIds which peer this host is for a task
 * @param store the local store
 * @param sessions conversations with schedulers
 * @param swarm parts that fetch bytes from parents
 * @param source parts that read them from the source
 * @param patience how long to wait for whom
 * @param admission how many downloads fetch at a time
 * @param reports what is told to schedulers besides
 * @param listener told what is received
 */
public record DownloadContext(
    HostId hostId,
    PeerIds peerIds,
    TaskStore store,
    SchedulerSessions sessions,
    SwarmParts swarm,
    SourceReading source,
    PatienceSettings patience,
    Admission admission,
    TaskReports reports,
    DownloadListener listener) {
  Time time() {
    return swarm.time();
  }
}
