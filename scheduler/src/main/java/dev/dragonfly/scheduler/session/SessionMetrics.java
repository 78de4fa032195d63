package dev.dragonfly.scheduler.session;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** What sessions count. Safe for any thread. */
public final class SessionMetrics {
  private static final String PREFIX = "dragonfly_scheduler_";

  private final MeterRegistry registry;
  private final Counter registers;
  private final Timer registerLatency;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();

  public SessionMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.registers = registry.counter(PREFIX + "registers");
    this.registerLatency =
        Timer.builder(PREFIX + "register_latency")
            .description("from a register or reschedule to its answer, waiting included")
            .publishPercentileHistogram()
            .register(registry);
    registry.gauge(PREFIX + "open_streams", open);
    registry.gauge(PREFIX + "waiting_peers", waiting);
  }

  /** How many streams are open. */
  public int openStreams() {
    return open.get();
  }

  void opened() {
    open.incrementAndGet();
  }

  void closed() {
    open.decrementAndGet();
  }

  void registered() {
    registers.increment();
  }

  void waits(boolean begins) {
    waiting.addAndGet(begins ? 1 : -1);
  }

  void answered(String kind, Duration latency) {
    registry.counter(PREFIX + "decisions", "kind", kind).increment();
    registerLatency.record(latency);
  }

  void pushed() {
    registry.counter(PREFIX + "decisions", "kind", "extra_parents").increment();
  }

  void corrupt() {
    registry.counter(PREFIX + "corrupt_pieces_reported").increment();
  }

  void busy() {
    registry.counter(PREFIX + "busy_parents_reported").increment();
  }

  void deferred() {
    registry.counter(PREFIX + "writes_deferred").increment();
  }
}
