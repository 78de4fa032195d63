package dev.dragonfly.dfdaemon.session;

import dev.dragonfly.common.announce.PeerEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a peer has said that the next scheduler must hear too. Guarded by the lock of its session.
 */
final class ReplayedEvents {
  private @Nullable PeerEvent progress;
  private @Nullable PeerEvent terminal;

  /** Keeps the event if it is one that counts later. */
  void remember(PeerEvent event) {
    if (event instanceof PeerEvent.Started || event instanceof PeerEvent.BackToSourceStarted) {
      progress = event;
    }
    if (event.isTerminal()) {
      terminal = event;
    }
  }

  /** Whether the last word was said. */
  boolean hasTerminal() {
    return terminal != null;
  }

  /** What to say after a register, in order. */
  List<PeerEvent> toRepeat() {
    List<PeerEvent> events = new ArrayList<>(2);
    if (progress != null) {
      events.add(progress);
    }
    if (terminal != null) {
      events.add(terminal);
    }
    return events;
  }
}
