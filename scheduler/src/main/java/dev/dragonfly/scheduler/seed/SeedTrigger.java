package dev.dragonfly.scheduler.seed;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.scheduler.store.HostDirectory;
import dev.dragonfly.scheduler.store.LeaseStore;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks seeds for a cold task, once per task in the cluster: who holds the lease asks one seed after
 * the other and renews the lease meanwhile, on its own virtual thread, whatever becomes of the peer
 * that caused it.
 */
public final class SeedTrigger {
  private static final Logger LOG = LoggerFactory.getLogger(SeedTrigger.class);
  private static final int RENEWALS_PER_LEASE = 3;

  private final LeaseStore leases;
  private final HostDirectory hosts;
  private final SeedConfig config;
  private final Executor executor;
  private final Consumer<String> outcomes;

  /**
   * @param executor makes a virtual thread for each task
   * @param outcomes hears {@code asked}, {@code succeeded}, {@code failed} or {@code exhausted}
   */
  public SeedTrigger(
      LeaseStore leases,
      HostDirectory hosts,
      SeedConfig config,
      Executor executor,
      Consumer<String> outcomes) {
    this.leases = leases;
    this.hosts = hosts;
    this.config = config;
    this.executor = executor;
    this.outcomes = outcomes;
  }

  /** Whether a seed other than this host could be asked. */
  public boolean available(Host asking) {
    return hosts.seeds().stream().anyMatch(seed -> !seed.id().equals(asking.id()));
  }

  /** Asks the seeds unless somebody does already; returns at once. */
  public void trigger(TaskId task, SeedRequest request) {
    OptionalLong epoch = leases.acquireSeed(task, config.lease());
    if (epoch.isEmpty()) {
      return;
    }
    executor.execute(() -> ask(task, epoch.getAsLong(), request));
  }

  private void ask(TaskId task, long epoch, SeedRequest request) {
    try {
      List<Host> seeds = SeedOrder.of(task, hosts.seeds());
      for (Host seed : seeds) {
        if (!leases.renewSeed(task, epoch, seed.id(), config.lease())) {
          LOG.info("seed lease lost task={} epoch={}", task, epoch);
          return;
        }
        outcomes.accept("asked");
        if (download(task, epoch, seed, request)) {
          outcomes.accept("succeeded");
          leases.finishSeed(task, epoch, Duration.ZERO);
          return;
        }
        outcomes.accept("failed");
      }
      outcomes.accept("exhausted");
      LOG.warn("all seeds failed task={} seeds={}", task, seeds.size());
      leases.finishSeed(task, epoch, config.exhausted());
    } catch (DragonflyException e) {
      LOG.warn("seed trigger ended task={} reason=\"{}\"", task, e.getMessage());
    }
  }

  /** Whether the seed got everything. */
  private boolean download(TaskId task, long epoch, Host seed, SeedRequest request) {
    LOG.info("asking seed task={} seed={} epoch={}", task, seed.id(), epoch);
    CompletableFuture<Void> running = request.send(seed);
    long slice = Math.max(1, config.lease().toMillis() / RENEWALS_PER_LEASE);
    long slices = Math.max(1, config.downloadTimeout().toMillis() / slice);
    for (long i = 0; i < slices; i++) {
      try {
        running.get(slice, TimeUnit.MILLISECONDS);
        return true;
      } catch (TimeoutException e) {
        renew(task, epoch, seed);
      } catch (ExecutionException e) {
        LOG.warn(
            "seed failed task={} seed={} reason=\"{}\"",
            task,
            seed.id(),
            e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
        return false;
      } catch (CancellationException e) {
        return false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        running.cancel(true);
        return false;
      }
    }
    running.cancel(true);
    LOG.warn("seed took too long task={} seed={}", task, seed.id());
    return false;
  }

  /** A lost lease or a silent store does not end the seed's download: others profit from it. */
  private void renew(TaskId task, long epoch, Host seed) {
    try {
      leases.renewSeed(task, epoch, seed.id(), config.lease());
    } catch (DragonflyException e) {
      LOG.debug("seed lease not renewed task={} reason=\"{}\"", task, e.getMessage());
    }
  }
}
