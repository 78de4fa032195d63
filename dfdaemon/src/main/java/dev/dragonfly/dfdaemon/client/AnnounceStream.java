package dev.dragonfly.dfdaemon.client;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.error.DragonflyException;
import java.util.Optional;

/**
 * One AnnouncePeer call. No method blocks or throws. The caller serializes its calls; only {@link
 * #cancel} may come from any thread.
 */
public interface AnnounceStream {
  /** Hands an event to the transport, which keeps it until the connection takes it. */
  void send(PeerEvent event);

  /** Whether the transport is connected and takes more without keeping it in memory. */
  boolean isReady();

  /** Nothing more will be sent. */
  void halfClose();

  /** Gives the call up; the listener hears of it. */
  void cancel(String reason);

  /** Called on gRPC threads, one call at a time; must be short. */
  interface Listener {

    /** The transport takes (more) events. */
    void ready();

    /** The scheduler has accepted the call. */
    void accepted();

    /** The scheduler answered a register or a reschedule. */
    void decided(ScheduleDecision decision);

    /** The call is over, the last call of all; empty when the scheduler ended it regularly. */
    void ended(Optional<DragonflyException> failure);
  }
}
