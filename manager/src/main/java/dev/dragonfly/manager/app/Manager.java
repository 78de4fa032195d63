package dev.dragonfly.manager.app;

import dev.dragonfly.common.grpc.CallMeter;
import dev.dragonfly.common.lifecycle.Closer;
import dev.dragonfly.common.observe.Metrics;
import dev.dragonfly.common.observe.MetricsServer;
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.common.time.SystemTimers;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.manager.rpc.GrpcEndpoint;
import dev.dragonfly.manager.rpc.ManagerExtService;
import dev.dragonfly.manager.rpc.ManagerService;
import dev.dragonfly.manager.security.JoinGate;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** A manager that serves, from its start to its close. */
public final class Manager implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Manager.class);
  private static final String ANY = "0.0.0.0";
  private static final String NO_PREINITIALIZER = "spring.backgroundpreinitializer.ignore";
  private static final String REST_PORT = "local.server.port";
  private static final String LOOPBACK = "127.0.0.1";

  private final ManagerConfig config;
  private final ServletWebServerApplicationContext context;
  private final MetricsServer metrics;
  private final Closer closer;

  private Manager(
      ManagerConfig config,
      ServletWebServerApplicationContext context,
      MetricsServer metrics,
      Closer closer) {
    this.config = config;
    this.context = context;
    this.metrics = metrics;
    this.closer = closer;
  }

  /** Starts with the clock of the system; returns when all ports are open. Blocks. */
  public static Manager start(ManagerConfig config) {
    Closer closer = new Closer();
    try {
      SystemTimers timers = closer.add(new SystemTimers("manager-timers"));
      return start(config, SystemTime.INSTANCE, timers, closer);
    } catch (RuntimeException e) {
      closer.close();
      throw e;
    }
  }

  static Manager start(ManagerConfig config, Time time, Timers timers, Closer closer) {
    return start(config, time, timers, closer, context -> {});
  }

  /** For tests, which put others in the place of what is outside. */
  static Manager start(
      ManagerConfig config,
      Time time,
      Timers timers,
      Closer closer,
      Consumer<GenericApplicationContext> outside) {
    long begin = time.nanos();
    prepareProcess();
    new DatabaseGate(config.database(), time, timers).await();
    Metrics metrics = closer.add(new Metrics());
    SpringApplication application = new SpringApplication(ManagerApplication.class);
    application.setWebApplicationType(WebApplicationType.SERVLET);
    application.setBannerMode(Banner.Mode.OFF);
    application.setLogStartupInfo(false);
    application.setRegisterShutdownHook(false);
    application.setLazyInitialization(true);
    application.addInitializers(context -> {
      context
          .getEnvironment()
          .getPropertySources()
          .addFirst(new MapPropertySource("manager", SpringProperties.of(config)));
      register((GenericApplicationContext) context, config, time, timers, metrics);
      outside.accept((GenericApplicationContext) context);
    });
    ServletWebServerApplicationContext context =
        closer.add((ServletWebServerApplicationContext) application.run());
    InetSocketAddress metricsAddress =
        new InetSocketAddress(config.server().ip(), config.metrics().port());
    MetricsServer metricsServer =
        closer.add(
            new MetricsServer(
                metricsAddress, metrics, context::isRunning, context.getBean(Readiness.class)));
    Manager manager = new Manager(config, context, metricsServer, closer);
    LOG.info(
        "manager serves rest={} grpc={} metrics={} startMillis={}",
        manager.restUrl(),
        manager.grpcAddress(),
        manager.metricsUrl(),
        (time.nanos() - begin) / 1_000_000);
    return manager;
  }

  /** Where REST and the console are. */
  public String restUrl() {
    return "http://" + host() + ":" + context.getEnvironment().getRequiredProperty(REST_PORT);
  }

  /** Where schedulers, seed peers and daemons call. */
  public String grpcAddress() {
    return host() + ":" + context.getBean(GrpcEndpoint.class).port();
  }

  /** Where Prometheus reads. */
  public String metricsUrl() {
    return "http://" + host() + ":" + metrics.port();
  }

  /** What Spring put together; for tests. */
  ServletWebServerApplicationContext context() {
    return context;
  }

  @Override
  public void close() {
    closer.close();
  }

  private String host() {
    return config.server().ip().equals(ANY) ? LOOPBACK : config.server().ip();
  }

  /**
   * All logs go to our own configuration, also those of Tomcat; and Spring makes nothing in advance
   * on another thread, which on two cores only takes time from what is needed first.
   */
  private static void prepareProcess() {
    System.setProperty(NO_PREINITIALIZER, "true");
    System.setProperty(LoggingSystem.SYSTEM_PROPERTY, LoggingSystem.NONE);
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }

  private static void register(
      GenericApplicationContext context,
      ManagerConfig config,
      Time time,
      Timers timers,
      Metrics metrics) {
    context.registerBean(ManagerConfig.class, () -> config);
    context.registerBean(Time.class, () -> time);
    context.registerBean(Timers.class, () -> timers);
    UpstreamMeters.bindTo(metrics.registry());
    context.registerBean(Metrics.class, () -> metrics);
    context.registerBean(MeterRegistry.class, metrics::registry);
    context.registerBean(
        GrpcEndpoint.class,
        () ->
            new GrpcEndpoint(
                new InetSocketAddress(config.server().ip(), config.server().grpcPort()),
                List.of(
                    context.getBean(ManagerService.class),
                    context.getBean(ManagerExtService.class)),
                context.getBean(JoinGate.class),
                config.database().pool(),
                time,
                new CallMeter(metrics.registry())));
  }
}
