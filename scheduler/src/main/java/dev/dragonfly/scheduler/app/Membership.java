package dev.dragonfly.scheduler.app;

import dev.dragonfly.common.concurrent.Chance;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.lifecycle.Closer;
import dev.dragonfly.common.manager.ManagerLink;
import dev.dragonfly.common.manager.ManagerRegistration;
import dev.dragonfly.common.manager.Member;
import dev.dragonfly.common.net.HostAndPort;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.scheduler.client.ManagerClient;
import dev.dragonfly.scheduler.client.ManagerFigures;
import dev.dragonfly.scheduler.dynconfig.ClusterLimits;
import dev.dragonfly.scheduler.dynconfig.ClusterRefresh;
import dev.dragonfly.scheduler.dynconfig.ListedSeeds;
import dev.dragonfly.scheduler.dynconfig.ManagerConfig;
import dev.dragonfly.scheduler.figures.FigureCounter;
import dev.dragonfly.scheduler.figures.FigureReporter;
import io.grpc.ManagedChannel;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this scheduler and its cluster know of each other: seeds, limits, the registration. */
final class Membership implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

  private final ManagerConfig manager;
  private final long clusterId;
  private final ClusterLimits limits;
  private final Time time;
  private final MeterRegistry registry;
  private final ListedSeeds seeds;
  private final Closer closer = new Closer();
  private Optional<ManagedChannel> channel = Optional.empty();

  Membership(SchedulerConfig config, ClusterLimits limits, Time time, MeterRegistry registry) {
    this.manager = config.manager();
    this.clusterId = config.clusterId();
    this.limits = limits;
    this.time = time;
    this.registry = registry;
    this.seeds = new ListedSeeds(config.seed().addresses(), config.security().anySeed());
    registry.gauge("dragonfly_scheduler_listed_seeds", seeds, ListedSeeds::count);
    registry.gauge("dragonfly_scheduler_unlisted_seeds", seeds, ListedSeeds::strangers);
    if (config.security().anySeed()) {
      LOG.warn(
          "security.anySeed is on: headers of callers, credentials included, go to whoever announces himself as a seed");
    }
  }

  /** Which seeds are believed; of those of the manager nobody before the first look at it. */
  ListedSeeds seeds() {
    return seeds;
  }

  /**
   * Begins in the background.
   *
   * @param self this scheduler as it serves
   * @param seedsChanged called when others are believed than before
   */
  void start(
      Member.Place self,
      GrpcChannels channels,
      Runnable seedsChanged,
      Timers timers,
      Executor executor) {
    channel = manager.place().map(place -> channel(place, channels));
    ClusterRefresh refresh =
        closer.add(
            new ClusterRefresh(
                channel.map(c -> new ManagerClient(c, self)::cluster),
                limits,
                seeds,
                manager.refreshInterval(),
                time,
                timers,
                executor));
    seeds.listen(seedsChanged, refresh::soon);
    refresh.start();
    channel.ifPresent(c -> register(c, self, refresh, timers));
  }

  /**
   * Begins to tell the manager what sessions count; without a manager nobody is told.
   *
   * @param instance names this process, unique in the cluster
   */
  void report(
      FigureCounter figures,
      FigureReporter.Gauges gauges,
      String instance,
      Timers timers,
      Executor executor) {
    channel.ifPresent(open -> {
      ManagerFigures sink = new ManagerFigures(open, manager.joinToken(), clusterId, instance);
      FigureReporter reporter =
          closer.add(new FigureReporter(figures, gauges, sink, time, executor));
      registry.gauge("dragonfly_scheduler_figures_waiting", reporter, FigureReporter::waiting);
      reporter.start(timers);
    });
  }

  @Override
  public void close() {
    closer.close();
  }

  private ManagedChannel channel(HostAndPort place, GrpcChannels channels) {
    ManagedChannel channel = channels.tcp(place.host(), place.port());
    closer.add(channel::shutdownNow);
    return channel;
  }

  /** Who has been taken in looks at once: before, the manager had nothing to say of its cluster. */
  private void register(
      ManagedChannel channel, Member.Place self, ClusterRefresh refresh, Timers timers) {
    Member member = new Member.Scheduler(self, manager.keepAliveInterval());
    ManagerRegistration registration =
        closer.add(
            new ManagerRegistration(
                new ManagerLink(channel, manager.joinToken(), member),
                refresh::registered,
                time,
                timers,
                Chance.create()));
    registry.gauge("dragonfly_scheduler_registered", registration, r -> r.isAlive() ? 1 : 0);
    registration.start();
  }
}
