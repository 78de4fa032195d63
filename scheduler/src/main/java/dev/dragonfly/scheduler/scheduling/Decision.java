package dev.dragonfly.scheduler.scheduling;

import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.scheduler.resource.Candidate;
import java.util.List;

/** What shall happen next for a child. */
public sealed interface Decision {
  /** Download from these, best first; never empty. */
  record Parents(List<Candidate> chosen) implements Decision {
    public Parents {
      chosen = List.copyOf(chosen);
      if (chosen.isEmpty()) {
        throw new IllegalArgumentException("a decision for parents needs at least one");
      }
    }
  }

  /**
   * Read the source.
   *
   * @param forced whether it may exceed the number of slots
   */
  record BackToSource(String reason, boolean forced) implements Decision {}

  /** Ask a seed, then wait. */
  record TriggerSeed() implements Decision {}

  /** Wait for news. */
  record Wait(String reason) implements Decision {}

  /** The content is empty. */
  record Empty() implements Decision {}

  /** Nothing is to be downloaded. */
  record Metadata() implements Decision {}

  /** The request is refused. */
  record Refuse(ErrorCode code, String message) implements Decision {}
}
