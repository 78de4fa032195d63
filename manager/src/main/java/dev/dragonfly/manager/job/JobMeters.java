package dev.dragonfly.manager.job;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;

/** What is counted of jobs; the first two have the names that existing dashboards ask for. */
@Component
final class JobMeters {
  private final MeterRegistry registry;
  private final Counter takeovers;
  private final AtomicLong waiting;
  private final AtomicLong running;

  JobMeters(MeterRegistry registry) {
    this.registry = registry;
    this.takeovers = registry.counter("dragonfly_manager_job_takeovers");
    this.waiting = registry.gauge("dragonfly_manager_jobs_waiting", new AtomicLong());
    this.running = registry.gauge("dragonfly_manager_jobs_running", new AtomicLong());
  }

  /** Somebody asks for a job. */
  void asked(JobType type) {
    registry.counter("dragonfly_manager_create_job", "name", type.word()).increment();
  }

  /** It was made. */
  void made(JobType type) {
    registry.counter("dragonfly_manager_create_job_success", "name", type.word()).increment();
  }

  void tookOver() {
    takeovers.increment();
  }

  void ended(JobType type, JobState state) {
    registry
        .counter("dragonfly_manager_jobs_ended", "name", type.word(), "state", state.name())
        .increment();
  }

  void waiting(long jobs) {
    waiting.set(jobs);
  }

  void running(long jobs) {
    running.set(jobs);
  }
}
