package dev.dragonfly.dfdaemon.session;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.time.Time;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Sessions that are counted: how many are open, how often their scheduler was lost, and how long
 * the first decision took.
 */
public final class MeteredSessions implements SchedulerSessions {
  private final SchedulerSessions sessions;
  private final Time time;
  private final AtomicInteger open = new AtomicInteger();
  private final Counter lost;
  private final Timer firstDecision;

  public MeteredSessions(SchedulerSessions sessions, MeterRegistry registry, Time time) {
    this.sessions = sessions;
    this.time = time;
    this.lost =
        Counter.builder("dragonfly_dfdaemon_scheduler_lost_total")
            .description("Sessions that lost their scheduler or were refused")
            .register(registry);
    this.firstDecision =
        Timer.builder("dragonfly_dfdaemon_register_duration_seconds")
            .description("From the opening of a session to its first decision")
            .register(registry);
    Gauge.builder("dragonfly_dfdaemon_sessions", open, AtomicInteger::get)
        .description("Open sessions")
        .register(registry);
  }

  @Override
  public SchedulerSession open(
      TaskId task, PeerId peer, Supplier<PeerEvent.Register> register, Runnable wakeUp) {
    open.incrementAndGet();
    return new MeteredSession(sessions.open(task, peer, register, wakeUp), time.nanos());
  }

  @Override
  public boolean needsLengths() {
    return sessions.needsLengths();
  }

  private final class MeteredSession implements SchedulerSession {

    private final SchedulerSession session;
    private final long openedAt;
    private final AtomicBoolean decided = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    MeteredSession(SchedulerSession session, long openedAt) {
      this.session = session;
      this.openedAt = openedAt;
    }

    @Override
    public void send(PeerEvent event) {
      session.send(event);
    }

    @Override
    public Optional<Signal> next(Duration wait) {
      Optional<Signal> signal = session.next(wait);
      signal.ifPresent(this::count);
      return signal;
    }

    @Override
    public boolean connected() {
      return session.connected();
    }

    @Override
    public void close() {
      session.close();
      if (closed.compareAndSet(false, true)) {
        open.decrementAndGet();
      }
    }

    private void count(Signal signal) {
      switch (signal) {
        case Signal.Lost l -> lost.increment();
        case Signal.Decided d -> {
          if (decided.compareAndSet(false, true)) {
            firstDecision.record(Duration.ofNanos(time.nanos() - openedAt));
          }
        }
      }
    }
  }
}
