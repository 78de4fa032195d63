package dev.dragonfly.scheduler.resource;

/** What the seeds do for a task. */
public enum SeedStatus {
  /** Nothing. */
  IDLE,
  /** Some scheduler has asked a seed and holds the lease. */
  RUNNING,
  /** All seeds failed a short while ago. */
  EXHAUSTED
}
