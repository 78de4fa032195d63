package dev.dragonfly.dfdaemon.session;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.time.Backoff;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The daemon's end of a conversation with the one scheduler of the simulation. What is repeated,
 * what is news and what a loss means is decided by production classes; for one thread.
 */
@SuppressWarnings("ReferenceEquality") // Is it this very stream?
public final class SimulatedSession implements SchedulerSession {
  private final Supplier<PeerEvent.Register> register;
  private final Line line;
  private final Timers timers;
  private final Signals signals;
  private final BusyReports busy;
  private final Backoff pauses;
  private final ReplayedEvents replayed = new ReplayedEvents();
  private @Nullable Stream stream;
  private Timers.@Nullable Timer timer;
  private boolean accepted;
  private boolean closing;
  private boolean over;

  /** The way to the scheduler. */
  public interface Line {
    /** Begins a stream; what is heard on it comes later. */
    Stream open(SimulatedSession session, PeerEvent.Register first);

    /** Makes the host known. */
    void announce();
  }

  /** One stream. */
  public interface Stream {
    void send(PeerEvent event);

    /** The peer is gone. */
    void cut();
  }

  public SimulatedSession(
      Supplier<PeerEvent.Register> register,
      Runnable wakeUp,
      Line line,
      Time time,
      Timers timers,
      RandomGenerator random) {
    this.register = register;
    this.line = line;
    this.timers = timers;
    this.signals = new Signals(wakeUp);
    this.busy = new BusyReports(time);
    this.pauses = new Backoff(SchedulerOrder.SHORTEST_PAUSE, SchedulerOrder.LONGEST_PAUSE, random);
  }

  /** Tries to reach the scheduler. */
  public void connect() {
    timer = null;
    stream = line.open(this, register.get());
    replayed.toRepeat().forEach(stream::send);
  }

  /** The stream is accepted. */
  public void accepted(Stream by) {
    accepted |= by == stream;
  }

  /** The scheduler decided. */
  public void decided(Stream by, ScheduleDecision decision) {
    if (by == stream) {
      accepted = true;
      pauses.reset();
      signals.decided(decision);
    }
  }

  /** The stream has ended, well or not. */
  public void ended(Stream by, Optional<DragonflyException> failure) {
    if (by != stream) {
      return;
    }
    stream = null;
    accepted = false;
    if (replayed.hasTerminal() && failure.isEmpty()) {
      finish();
      return;
    }
    if (failure.isPresent() && Refusal.isFinal(failure.get())) {
      signals.lost(String.valueOf(failure.get().getMessage()));
      finish();
      return;
    }
    boolean unknown = failure.filter(why -> why.code() == ErrorCode.NOT_FOUND).isPresent();
    if (unknown) {
      line.announce();
    } else if (!replayed.hasTerminal()) {
      signals.lost(failure.map(DragonflyException::getMessage).orElse("ended early"));
    }
    timer = timers.after(unknown ? Duration.ofMillis(1) : pauses.next(), this::connect);
  }

  @Override
  public void send(PeerEvent event) {
    if (over || closing || replayed.hasTerminal() || !busy.isNews(event)) {
      return;
    }
    replayed.remember(event);
    if (stream != null) {
      stream.send(event);
    }
  }

  @Override
  public Optional<Signal> next(Duration wait) {
    return signals.poll(Duration.ZERO);
  }

  @Override
  public boolean connected() {
    return accepted;
  }

  /** Delivers the last word if it can be delivered soon. */
  @Override
  public void close() {
    closing = true;
    if (stream == null) {
      finish();
    }
  }

  /** The host died: nothing is delivered any more. */
  public void die() {
    if (stream != null) {
      stream.cut();
      stream = null;
    }
    finish();
  }

  private void finish() {
    over = true;
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }
}
