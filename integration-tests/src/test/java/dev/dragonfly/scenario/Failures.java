package dev.dragonfly.scenario;

import dev.dragonfly.common.error.DragonflyException;
import java.util.concurrent.CompletionException;

/** What a download says when it fails. */
final class Failures {
  private Failures() {}

  /** Waits until the download has failed; returns its message. */
  static String of(Fetch fetch) {
    try {
      fetch.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof DragonflyException known) {
        return String.valueOf(known.getMessage());
      }
      throw e;
    }
    throw new AssertionError("the download succeeded");
  }
}
