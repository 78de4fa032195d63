package dev.dragonfly.scheduler.resource;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.task.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A peer as the cluster knows it.
 *
 * @param id its identity
 * @param taskId what it downloads
 * @param host copy of its host
 * @param state where it is in its download
 * @param standing what it is worth as a parent
 * @param pieces what it holds
 * @param priority 0 to 6, as on the wire
 * @param owner the stream that speaks for it; a later stream replaces an earlier one
 * @param lease how long this is true without renewal; absent for a holder, true until its host
 *     leaves
 * @param createdAt when it registered
 * @param updatedAt when it was last heard of
 */
public record PeerRecord(
    PeerId id,
    TaskId taskId,
    Host host,
    PeerState state,
    Standing standing,
    PieceBitmap pieces,
    int priority,
    String owner,
    Optional<Duration> lease,
    Instant createdAt,
    Instant updatedAt) {
  /** The owner of a peer for which no stream speaks, but what its host reports to hold. */
  public static final String HOLDINGS = "holdings";
}
