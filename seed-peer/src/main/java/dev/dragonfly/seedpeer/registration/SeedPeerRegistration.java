package dev.dragonfly.seedpeer.registration;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.dfdaemon.client.SeedPeerRegistry;
import dev.dragonfly.dfdaemon.client.SeedPeerRegistry.KeepAlive;
import dev.dragonfly.dfdaemon.client.SeedPeerRegistry.SeedPeer;
import dev.dragonfly.dfdaemon.dynconfig.SeedPeerConfig;
import dev.dragonfly.dfdaemon.host.Machine;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this seed peer registered and alive at the manager: registers, beats, and begins anew with
 * growing pauses whenever that ends, for ever. Registering blocks and runs on a virtual thread; the
 * rest is guarded by {@link #lock}.
 */
public final class SeedPeerRegistration implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SeedPeerRegistration.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final SeedPeerRegistry registry;
  private final SeedPeer self;
  private final Duration beatInterval;
  private final Time time;
  private final Timers timers;
  private final ReentrantLock lock = new ReentrantLock();
  private Duration pause = FIRST_PAUSE;
  private @Nullable KeepAlive keepAlive;
  private Timers.@Nullable Timer beat;
  private Timers.@Nullable Timer retry;
  private long aliveSince;
  private long generation;
  private boolean started;
  private boolean closed;

  /** How the manager keeps the seed peer on this machine with the ports that it has bound. */
  public static SeedPeer describe(
      Machine machine, int port, int pieceDataPort, SeedPeerConfig config) {
    return new SeedPeer(
        machine.hostname(),
        machine.ip(),
        port,
        pieceDataPort,
        config.clusterId(),
        machine.idc(),
        machine.location());
  }

  public SeedPeerRegistration(
      SeedPeerRegistry registry, SeedPeer self, SeedPeerConfig config, Time time, Timers timers) {
    this.registry = registry;
    this.self = self;
    this.beatInterval = config.keepAliveInterval();
    this.time = time;
    this.timers = timers;
  }

  /** Begins to register; returns at once, whether the manager is there or not. */
  public void start() {
    lock.lock();
    try {
      if (started || closed) {
        return;
      }
      started = true;
    } finally {
      lock.unlock();
    }
    registerSoon();
  }

  /** Whether the manager has this seed peer for alive, as far as known. */
  public boolean isAlive() {
    lock.lock();
    try {
      return keepAlive != null;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      stopBeating();
      if (retry != null) {
        retry.cancel();
      }
    } finally {
      lock.unlock();
    }
  }

  private void registerSoon() {
    Threads.virtual("seed-peer-registration", this::register);
  }

  private void register() {
    try {
      registry.update(self);
    } catch (DragonflyException e) {
      log.warn("registration=failed seed_peer={} reason=\"{}\"", self.hostname(), e.getMessage());
      lock.lock();
      try {
        again();
      } finally {
        lock.unlock();
      }
      return;
    }
    lock.lock();
    try {
      beginBeating();
    } finally {
      lock.unlock();
    }
  }

  private void beginBeating() {
    if (closed) {
      return;
    }
    long mine = ++generation;
    aliveSince = time.nanos();
    keepAlive = registry.keepAlive(self, failure -> ended(mine, failure));
    beat = timers.every(beatInterval, this::beat);
    log.info("registration=done seed_peer={} cluster={}", self.hostname(), self.clusterId());
  }

  private void beat() {
    lock.lock();
    try {
      if (keepAlive != null) {
        keepAlive.beat();
      }
    } finally {
      lock.unlock();
    }
  }

  private void ended(long which, Optional<DragonflyException> failure) {
    lock.lock();
    try {
      if (which != generation || closed) {
        return;
      }
      log.warn(
          "registration=lost seed_peer={} reason=\"{}\"",
          self.hostname(),
          failure.map(Throwable::getMessage).orElse("the manager ended it"));
      if (time.nanos() - aliveSince > LONGEST_PAUSE.toNanos()) {
        pause = FIRST_PAUSE;
      }
      stopBeating();
      again();
    } finally {
      lock.unlock();
    }
  }

  /** With the lock held. */
  private void again() {
    if (closed) {
      return;
    }
    retry = timers.after(pause, this::registerSoon);
    Duration doubled = pause.multipliedBy(2);
    pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
  }

  /** With the lock held. */
  private void stopBeating() {
    generation++;
    if (beat != null) {
      beat.cancel();
      beat = null;
    }
    if (keepAlive != null) {
      keepAlive.close();
      keepAlive = null;
    }
  }
}
