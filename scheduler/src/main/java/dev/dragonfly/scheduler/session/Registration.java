package dev.dragonfly.scheduler.session;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.scheduler.seed.SeedRequest;
import java.util.function.Consumer;

/**
 * The first message of a stream.
 *
 * @param hostId where the peer runs
 * @param taskId what it downloads
 * @param peerId the peer
 * @param event what it says
 * @param admission throws DragonflyException when the caller may not speak for the host
 * @param seedRequest how a seed is asked for the same content
 */
public record Registration(
    HostId hostId,
    TaskId taskId,
    PeerId peerId,
    PeerEvent.Register event,
    Consumer<Host> admission,
    SeedRequest seedRequest) {}
