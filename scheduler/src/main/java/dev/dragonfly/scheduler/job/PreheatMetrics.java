package dev.dragonfly.scheduler.job;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** What preheats count. Any thread. */
public final class PreheatMetrics {
  private final MeterRegistry registry;
  private final AtomicInteger running = new AtomicInteger();

  public PreheatMetrics(MeterRegistry registry) {
    this.registry = registry;
    registry.gauge("dragonfly_scheduler_preheats_running", running);
  }

  void begun() {
    running.incrementAndGet();
  }

  void ended(Tally.Counts counts) {
    running.decrementAndGet();
    String outcome =
        counts.failed() == 0 ? "succeeded" : counts.succeeded() == 0 ? "failed" : "partly";
    registry.counter("dragonfly_scheduler_preheats", "outcome", outcome).increment();
    registry
        .counter("dragonfly_scheduler_preheat_targets", "outcome", "succeeded")
        .increment((double) counts.succeeded());
    registry
        .counter("dragonfly_scheduler_preheat_targets", "outcome", "failed")
        .increment((double) counts.failed());
    registry
        .counter("dragonfly_scheduler_preheat_origin_bytes")
        .increment((double) counts.originBytes());
  }
}
