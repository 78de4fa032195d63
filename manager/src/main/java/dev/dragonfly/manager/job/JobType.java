package dev.dragonfly.manager.job;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a job is for; the words are those of REST and of the database. */
public enum JobType {
  PREHEAT,
  SYNC_PEERS,
  GET_TASK,
  DELETE_TASK,
  GET_IMAGE_DISTRIBUTION,
  GC;

  /** As clients write it: {@code get_task}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Exactly this word; anything else is no type. */
  static Optional<JobType> of(String word) {
    return Arrays.stream(values()).filter(type -> type.word().equals(word)).findFirst();
  }
}
