package dev.dragonfly.scheduler.seed;

import dev.dragonfly.common.host.Host;
import java.util.concurrent.CompletableFuture;

/** What a seed is asked: fetch this content, with the headers of the peer that wants it. */
@FunctionalInterface
public interface SeedRequest {
  /**
   * Asks the seed. The future is done when the seed has everything, failed with the reason when it
   * gives up; cancelling it ends the call. Does not block.
   */
  CompletableFuture<Void> send(Host seed);
}
