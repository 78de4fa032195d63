package dev.dragonfly.common.joblist;

import java.util.Optional;

/** What a scheduler can be told by its list. */
public enum JobKind {
  /** {@link PreheatArguments}, {@link PreheatResult}. */
  PREHEAT("preheat"),
  /** {@link GetTaskArguments}, {@link GetTaskResult}. */
  GET_TASK("get_task"),
  /** {@link DeleteTaskArguments}, {@link DeleteTaskResult}. */
  DELETE_TASK("delete_task"),
  /** No arguments, a list of {@link ListedHost}. */
  SYNC_PEERS("sync_peers");

  private final String word;

  JobKind(String word) {
    this.word = word;
  }

  /** As the list writes it. */
  public String word() {
    return word;
  }

  /** Empty when it is none of them. */
  public static Optional<JobKind> of(String word) {
    for (JobKind kind : values()) {
      if (kind.word.equals(word)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
