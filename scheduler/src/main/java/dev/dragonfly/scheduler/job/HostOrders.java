package dev.dragonfly.scheduler.job;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.task.TaskSpec;
import java.util.concurrent.CompletableFuture;

/** Gives hosts the orders of one preheat; holds the headers for the source. */
@FunctionalInterface
public interface HostOrders {
  /**
   * Has the host fetch the content. The future is done when the host has everything, failed with
   * what it answered; cancelling it ends the call, and perhaps not the download. Does not block.
   *
   * @param trusted whether the host is given what opens the source
   */
  CompletableFuture<Void> send(
      Host host, TaskSpec content, boolean trusted, DownloadListener listener);
}
