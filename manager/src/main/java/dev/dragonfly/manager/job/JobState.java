package dev.dragonfly.manager.job;

import java.util.Collection;

/** How far a job or a part of one is. Clients take any other word for a failure. */
public enum JobState {
  PENDING,
  SUCCESS,
  FAILURE;

  /** The state of the whole: it has ended when all parts have, and well when all have well. */
  static JobState of(Collection<JobState> parts) {
    if (parts.contains(PENDING)) {
      return PENDING;
    }
    return parts.contains(FAILURE) ? FAILURE : SUCCESS;
  }
}
