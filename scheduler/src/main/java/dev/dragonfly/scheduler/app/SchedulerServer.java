package dev.dragonfly.scheduler.app;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.grpc.CallMeter;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.grpc.GrpcServers;
import dev.dragonfly.common.grpc.ServerLimits;
import dev.dragonfly.common.host.OwnName;
import dev.dragonfly.common.lifecycle.Closer;
import dev.dragonfly.common.manager.Member;
import dev.dragonfly.common.net.OwnAddress;
import dev.dragonfly.common.observe.Metrics;
import dev.dragonfly.common.observe.MetricsServer;
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.common.time.SystemTimers;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.scheduler.client.DaemonClient;
import dev.dragonfly.scheduler.dynconfig.ClusterLimits;
import dev.dragonfly.scheduler.figures.FigureCounter;
import dev.dragonfly.scheduler.figures.FigureReporter;
import dev.dragonfly.scheduler.gc.ExpiredHosts;
import dev.dragonfly.scheduler.rpc.CallerCheck;
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
import io.grpc.ServerInterceptors;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetSocketAddress;
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

  /** A preheat of all peers calls each of its hosts at once. */
  private static final int CONNECTED_DAEMONS = 1_024;

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
    RedisGraph redis = closer.add(graph(timers, registry));
    redis.start();
    GrpcChannels channels = new GrpcChannels(config.server().tls());
    ClusterLimits limits = new ClusterLimits(Limits.of(config.scheduling()));
    Membership membership = closer.add(new Membership(config, limits, time, registry));
    HostDirectory directory = new HostDirectory(redis.graph().hosts(), time, membership.seeds());
    SessionServices services =
        services(redis.graph(), directory, limits, timers, executor, registry);
    ExpiredHosts hosts = closer.add(new ExpiredHosts(redis.graph()));
    DaemonClient daemons = closer.add(new DaemonClient(channels, CONNECTED_DAEMONS, advertiseIp()));
    Jobs jobs = closer.add(new Jobs(config, services, daemons, registry));
    CallerCheck callers = new CallerCheck(config.security().checkAddresses());
    SchedulerService service =
        new SchedulerService(services, daemons, hosts, callers, jobs.calls(), instance());
    HoldingsService holdings =
        new HoldingsService(
            redis.graph(), callers, config.scheduling().blameLimit(), time, executor);
    CallMeter calls = new CallMeter(registry);
    GrpcServers.Running server =
        closer.add(
            GrpcServers.tcp(
                new InetSocketAddress(config.server().ip(), config.server().port()),
                config.server().tls(),
                ServerLimits.DEFAULT.withCallsPerConnection(DOWNLOADS_PER_DAEMON),
                List.of(
                    () ->
                        ServerInterceptors.interceptForward(service, calls, jobs.guard(), callers),
                    () -> ServerInterceptors.interceptForward(holdings, calls, callers),
                    () -> ServerInterceptors.interceptForward(jobs.service(), calls, jobs.guard())),
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
    followHealth(server, redis);
    hosts.start(SWEEP_INTERVAL, timers, executor);
    membership.start(place(), channels, directory::seedsChanged, timers, executor);
    jobs.start(place());
    membership.report(services.figures(), gauges(services), instance(), timers, executor);
    LOG.info("scheduler serves port={} cluster={}", port, config.clusterId());
  }

  private RedisGraph graph(Timers timers, MeterRegistry registry) {
    return new RedisGraph(
        config.redis(),
        config.clusterId(),
        config.scheduling().timing().taskTimeToLive(),
        time,
        timers,
        kind -> registry.counter("dragonfly_scheduler_redis_errors", "kind", kind).increment());
  }

  private static FigureReporter.Gauges gauges(SessionServices services) {
    return new FigureReporter.Gauges(
        services.graph().hosts()::count, services.metrics()::openStreams);
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
        limits::blocks,
        time,
        timers,
        executor,
        new SessionMetrics(registry),
        new FigureCounter());
  }

  private static void followHealth(GrpcServers.Running server, RedisGraph redis) {
    Object lock = new Object();
    Runnable follow =
        () -> {
          synchronized (lock) { // Of two changes at once the later one must be told last.
            server
                .health()
                .setStatus("", redis.isUp() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
          }
        };
    redis.onUpChange(follow);
    follow.run();
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
    return text(config.server().hostname()).orElseGet(OwnName::detected);
  }

  private String advertiseIp() {
    return OwnAddress.ofThisMachine()
        .advertised(text(config.server().advertiseIp()), config.server().ip());
  }

  private static Optional<String> text(String value) {
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }
}
