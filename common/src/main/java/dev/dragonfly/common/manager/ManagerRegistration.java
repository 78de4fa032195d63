package dev.dragonfly.common.manager;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.time.Backoff;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a member registered and alive at the manager: registers, beats, and begins anew with
 * growing pauses whenever that ends, for ever; whatever fails never hinders serving. Registering
 * blocks and runs on a virtual thread; fields are guarded by this object's monitor.
 */
public final class ManagerRegistration implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ManagerRegistration.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final ManagerLink link;
  private final Runnable registered;
  private final Time time;
  private final Timers timers;
  private final Backoff backoff;
  private ManagerLink.@Nullable Beats beats;
  private Timers.@Nullable Timer timer;
  private long aliveSince;
  private long generation;
  private boolean started;
  private boolean closed;

  /**
   * @param registered called on a virtual thread each time that the manager has taken the member in
   */
  public ManagerRegistration(
      ManagerLink link, Runnable registered, Time time, Timers timers, RandomGenerator random) {
    this.link = link;
    this.registered = registered;
    this.time = time;
    this.timers = timers;
    this.backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, random);
  }

  /** Begins to register; returns at once, whether the manager is there or not. */
  public synchronized void start() {
    if (!started && !closed) {
      started = true;
      registerSoon();
    }
  }

  /** Whether the manager has this member for alive, as far as known. */
  public synchronized boolean isAlive() {
    return beats != null;
  }

  /** Leaves; waits at most half a second for the manager to hear it. */
  @Override
  public void close() {
    ManagerLink.Beats last;
    synchronized (this) {
      closed = true;
      last = beats;
      stopBeating();
    }
    // Outside the monitor: the end of the stream is told under it.
    if (last != null) {
      last.awaitHeard();
    }
  }

  private void registerSoon() {
    Threads.virtual("manager-registration", this::register);
  }

  private void register() {
    try {
      link.register();
    } catch (DragonflyException e) {
      LOG.warn("registration failed member={} reason={}", name(), e.getMessage());
      again();
      return;
    }
    if (beginBeating()) {
      registered.run();
    }
  }

  private synchronized boolean beginBeating() {
    if (closed) {
      return false;
    }
    long mine = ++generation;
    aliveSince = time.nanos();
    ManagerLink.Beats begun = link.keepAlive(why -> ended(mine, why));
    beats = begun;
    timer = timers.every(link.member().keepAliveInterval(), begun::beat);
    LOG.info("registered member={} cluster={}", name(), link.member().place().clusterId());
    return true;
  }

  /** An older stream says nothing about the newer one, so each knows its generation. */
  private synchronized void ended(long which, String why) {
    if (which != generation || closed) {
      return;
    }
    LOG.warn("registration lost member={} reason={}", name(), why);
    // A manager that registers but does not keep alive is met at growing pauses too.
    if (time.nanos() - aliveSince > LONGEST_PAUSE.toNanos()) {
      backoff.reset();
    }
    stopBeating();
    again();
  }

  private synchronized void again() {
    if (!closed) {
      timer = timers.after(backoff.next(), this::registerSoon);
    }
  }

  /** With the monitor held. */
  private void stopBeating() {
    generation++;
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    if (beats != null) {
      beats.leave();
      beats = null;
    }
  }

  private String name() {
    return link.member().place().hostname();
  }
}
