package dev.dragonfly.scheduler.session;

import dev.dragonfly.common.time.Timers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A timer of a session: rings in its mailbox, at most one at a time. Used in the mailbox only. */
final class Alarm {
  private final Timers timers;
  private final Mailbox mailbox;
  private final Runnable action;
  private Timers.@Nullable Timer timer;

  Alarm(Timers timers, Mailbox mailbox, Runnable action) {
    this.timers = timers;
    this.mailbox = mailbox;
    this.action = action;
  }

  /** Rings after the delay, and not at the time that was set before. */
  void set(Duration delay) {
    cancel();
    Timers.Timer[] own = new Timers.Timer[1];
    own[0] = timers.after(delay, () -> mailbox.post(this::ring));
    timer = own[0];
  }

  /** Rings after the delay, unless it is set already. */
  void setIfQuiet(Duration delay) {
    if (timer == null) {
      set(delay);
    }
  }

  void cancel() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private void ring() {
    if (timer == null) {
      return;
    }
    timer = null;
    action.run();
  }
}
