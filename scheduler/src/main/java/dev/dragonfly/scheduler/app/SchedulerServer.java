package dev.dragonfly.scheduler.app;

import dev.dragonfly.common.concurrent.Chance;
import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.grpc.GrpcServers;
import dev.dragonfly.common.grpc.ServerLimits;
import dev.dragonfly.common.lifecycle.Closer;
import dev.dragonfly.common.manager.ManagerLink;
import dev.dragonfly.common.manager.ManagerRegistration;
import dev.dragonfly.common.manager.Member;
import dev.dragonfly.common.observe.Metrics;
import dev.dragonfly.common.observe.MetricsServer;
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.common.time.SystemTimers;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.scheduler.client.ManagerClient;
import dev.dragonfly.scheduler.client.SeedClient;
import dev.dragonfly.scheduler.dynconfig.ClusterLimits;
import dev.dragonfly.scheduler.dynconfig.ClusterRefresh;
import dev.dragonfly.scheduler.dynconfig.ListedSeeds;
import dev.dragonfly.scheduler.dynconfig.ManagerConfig;
import dev.dragonfly.scheduler.gc.ExpiredHosts;
import dev.dragonfly.scheduler.rpc.HoldingsService;
import dev.dragonfly.scheduler.rpc.SchedulerService;
import dev.dragonfly.scheduler.scheduling.Limits;
import dev.dragonfly.scheduler.scheduling.ParentScheduler;
import dev.dragonfly.scheduler.seed.SeedTrigger;
import dev.dragonfly.scheduler.session.SessionMetrics;
import dev.dragonfly.scheduler.session.SessionServices;
import dev.dragonfly.scheduler.store.Graph;
import dev.dragonfly.scheduler.store.HostDirectory;
import dev.dragonfly.scheduler.store.redis.RedisGraph;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running scheduler: everything wired, in the order in which it depends on each other. */
public final class SchedulerServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SchedulerServer.class);

  /** A daemon has one connection, and on it one stream for each download that runs. */
  private static final int DOWNLOADS_PER_DAEMON = 2_048;

  private static final Duration HEALTH_INTERVAL = Duration.ofMillis(250);
  private static final Duration RESOLVE_INTERVAL = Duration.ofMinutes(1);
  private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(10);

  private final SchedulerConfig config;
  private final Closer closer = new Closer();
  private final Time time = SystemTime.INSTANCE;
  private int port;
  private int metricsPort;

  public SchedulerServer(SchedulerConfig config) {
    this.config = config;
  }

  /**
   * Starts everything; serves when it returns, with health NOT_SERVING while Redis is away.
   *
   * @throws dev.dragonfly.common.error.DragonflyException CONFIG when it cannot work as configured;
   *     what was started is closed again
   */
  public void start() {
    try {
      startAll();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** The port for daemons. */
  public int port() {
    return port;
  }

  /** The port of the metrics. */
  public int metricsPort() {
    return metricsPort;
  }

  @Override
  public void close() {
    closer.close();
  }

  private void startAll() {
    Metrics metrics = closer.add(new Metrics());
    MeterRegistry registry = metrics.registry();
    SystemTimers timers = closer.add(new SystemTimers("scheduler-timer"));
    ExecutorService executor = Threads.newVirtualExecutor("scheduler");
    closer.add(executor::shutdownNow);
    Counter redisErrors = registry.counter("dragonfly_scheduler_redis_errors");
    RedisGraph redis =
        closer.add(
            new RedisGraph(
                config.redis(),
                config.clusterId(),
                config.scheduling().timing().taskTimeToLive(),
                time,
                timers,
                redisErrors::increment));
    redis.start();
    GrpcChannels channels = new GrpcChannels(config.server().tls());
    ClusterLimits limits = new ClusterLimits(Limits.of(config.scheduling()));
    ListedSeeds listed = listedSeeds(registry);
    HostDirectory directory = new HostDirectory(redis.graph().hosts(), time, listed);
    SessionServices services =
        services(redis.graph(), directory, limits, timers, executor, registry);
    ExpiredHosts hosts = closer.add(new ExpiredHosts(redis.graph()));
    SeedClient seeds = closer.add(new SeedClient(channels));
    GrpcServers.Running server =
        closer.add(
            GrpcServers.tcp(
                new InetSocketAddress(config.server().ip(), config.server().port()),
                config.server().tls(),
                ServerLimits.DEFAULT.withCallsPerConnection(DOWNLOADS_PER_DAEMON),
                List.of(
                    new SchedulerService(services, seeds, hosts, instance()),
                    new HoldingsService(redis.graph(), time, executor)),
                executor));
    port = server.port();
    metricsPort =
        closer
            .add(
                new MetricsServer(
                    new InetSocketAddress(config.metrics().ip(), config.metrics().port()),
                    metrics,
                    redis::isUp))
            .port();
    followHealth(server, redis, timers);
    hosts.start(SWEEP_INTERVAL, timers, executor);
    Optional<ManagedChannel> manager = config.manager().map(m -> channel(m, channels));
    ClusterRefresh refresh =
        closer.add(
            new ClusterRefresh(
                manager.map(m -> new ManagerClient(m, place())::cluster),
                limits,
                listed,
                config.manager().map(ManagerConfig::refreshInterval).orElse(RESOLVE_INTERVAL),
                time,
                timers,
                executor));
    listed.listen(directory::seedsChanged, refresh::soon);
    refresh.start();
    manager.ifPresent(m -> register(config.manager().orElseThrow(), m, refresh, timers, registry));
    LOG.info("scheduler serves port={} cluster={}", port, config.clusterId());
  }

  private SessionServices services(
      Graph graph,
      HostDirectory directory,
      ClusterLimits limits,
      Timers timers,
      ExecutorService executor,
      MeterRegistry registry) {
    SeedTrigger trigger =
        new SeedTrigger(
            graph.leases(),
            directory,
            config.seed(),
            executor,
            outcome ->
                registry
                    .counter("dragonfly_scheduler_seed_triggers", "outcome", outcome)
                    .increment());
    return new SessionServices(
        graph,
        directory,
        new ParentScheduler(limits, config.scheduling().blameLimit()),
        trigger,
        config.scheduling(),
        limits,
        time,
        timers,
        executor,
        new SessionMetrics(registry));
  }

  private void followHealth(GrpcServers.Running server, RedisGraph redis, Timers timers) {
    Runnable follow =
        () ->
            server
                .health()
                .setStatus("", redis.isUp() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
    follow.run();
    Timers.Timer timer = timers.every(HEALTH_INTERVAL, follow);
    closer.add(timer::cancel);
  }

  /** Which seeds are believed; nobody is before the first look at the manager. */
  private ListedSeeds listedSeeds(MeterRegistry registry) {
    boolean anySeed = config.security().anySeed();
    if (anySeed) {
      LOG.warn(
          "security.anySeed is on: headers of callers, credentials included, go to whoever announces himself as a seed");
    }
    ListedSeeds listed = new ListedSeeds(config.seed().addresses(), anySeed);
    registry.gauge("dragonfly_scheduler_listed_seeds", listed, ListedSeeds::count);
    registry.gauge("dragonfly_scheduler_unlisted_seeds", listed, ListedSeeds::strangers);
    return listed;
  }

  private ManagedChannel channel(ManagerConfig manager, GrpcChannels channels) {
    ManagedChannel channel = channels.tcp(manager.place().host(), manager.place().port());
    closer.add(channel::shutdownNow);
    return channel;
  }

  /** Who is taken in sees the cluster at once: before, the manager had nothing to say of it. */
  private void register(
      ManagerConfig manager,
      ManagedChannel channel,
      ClusterRefresh refresh,
      Timers timers,
      MeterRegistry registry) {
    Member self = new Member.Scheduler(place(), manager.keepAliveInterval());
    ManagerRegistration registration =
        closer.add(
            new ManagerRegistration(
                new ManagerLink(channel, manager.joinToken(), self),
                refresh::soon,
                time,
                timers,
                Chance.create()));
    registry.gauge("dragonfly_scheduler_registered", registration, r -> r.isAlive() ? 1 : 0);
    registration.start();
  }

  private Member.Place place() {
    return new Member.Place(
        hostname(),
        advertiseIp(),
        port,
        config.clusterId(),
        text(config.server().idc()),
        text(config.server().location()));
  }

  private String instance() {
    return hostname() + "-" + ProcessHandle.current().pid() + "-" + time.now().toEpochMilli();
  }

  private String hostname() {
    return config.server().hostname().isEmpty()
        ? machine().getHostName()
        : config.server().hostname();
  }

  private String advertiseIp() {
    if (!config.server().advertiseIp().isEmpty()) {
      return config.server().advertiseIp();
    }
    return config.server().ip().equals("0.0.0.0")
        ? machine().getHostAddress()
        : config.server().ip();
  }

  private static InetAddress machine() {
    try {
      return InetAddress.getLocalHost();
    } catch (UnknownHostException e) {
      return InetAddress.getLoopbackAddress();
    }
  }

  private static Optional<String> text(String value) {
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }
}
