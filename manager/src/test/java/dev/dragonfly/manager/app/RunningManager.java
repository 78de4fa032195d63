package dev.dragonfly.manager.app;

import dev.dragonfly.common.config.ConfigLoader;
import dev.dragonfly.common.config.Secret;
import dev.dragonfly.common.lifecycle.Closer;
import dev.dragonfly.common.manager.JoinToken;
import dev.dragonfly.common.registry.ImageResolver;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.common.testing.TestPostgres;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.manager.dispatch.OurSchedulers;
import dev.dragonfly.manager.dispatch.SchedulerJobs;
import dev.dragonfly.manager.job.FakeImages;
import dev.dragonfly.manager.job.FakeSchedulers;
import dev.dragonfly.manager.row.ChangeCount;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.crypto.password.PasswordEncoder;

/**
 * One whole manager on a real PostgreSQL with a clock that tests advance, shared by all tests of
 * the virtual machine; closed when the last of them ends. Use {@code @ExtendWith} and take it as a
 * parameter.
 */
public final class RunningManager implements AutoCloseable {
  /** Signs the sessions, so that tests can forge some. */
  public static final String JWT_KEY = "a-key-of-32-bytes-or-a-few-more--";

  private final TestPostgres database;
  private final Path folder;
  private final ManualTime time = new ManualTime();
  private final FakeSchedulers schedulers = new FakeSchedulers();
  private final FakeImages images = new FakeImages();
  private final Manager manager;

  private RunningManager() {
    database = TestPostgres.start();
    folder = temporaryFolder();
    try {
      manager =
          Manager.start(
              config(database, passwordFile()), clock(), timers(), new Closer(), this::outside);
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  /** Schedulers and registries in memory take the place of real ones. */
  private void outside(GenericApplicationContext context) {
    context.registerBean("fakeSchedulers", FakeSchedulers.class, () -> schedulers);
    context.registerBean("fakeImages", ImageResolver.class, () -> images);
    context.addBeanFactoryPostProcessor(beans -> {
      for (Class<?> type : List.of(SchedulerJobs.class, OurSchedulers.class, ImageResolver.class)) {
        for (String name : beans.getBeanNamesForType(type, true, false)) {
          beans.getBeanDefinition(name).setPrimary(name.startsWith("fake"));
        }
      }
    });
  }

  private Time clock() {
    return new Time() {
      @Override
      public Instant now() {
        return time.now();
      }

      @Override
      public long nanos() {
        return time.nanos();
      }
    };
  }

  /** Time and timers apart, because Spring tells beans apart by their type. */
  private Timers timers() {
    return new Timers() {
      @Override
      public Timer after(Duration delay, Runnable action) {
        return time.after(delay, action);
      }

      @Override
      public Timer every(Duration interval, Runnable action) {
        return time.every(interval, action);
      }
    };
  }

  /** A configuration for tests: free ports, this database. */
  static ManagerConfig config(TestPostgres database, Path passwordFile) {
    return config(database.newDatabase(), database.user(), database.password(), passwordFile);
  }

  static ManagerConfig config(String url, String user, String password, Path passwordFile) {
    return ConfigLoader.parse(
        """
        server: {ip: 127.0.0.1, restPort: 0, grpcPort: 0}
        database: {url: '%s', user: '%s', password: '%s', pool: 4, startupWait: 20s}
        auth: {passwordFile: '%s', jwtKey: %s}
        metrics: {port: 0}
        """
            .formatted(url, user, password, passwordFile, JWT_KEY),
        "the test",
        ManagerConfig.DEFAULTS,
        ManagerConfig.class);
  }

  /** The schedulers that jobs go to. */
  public FakeSchedulers schedulers() {
    return schedulers;
  }

  /** The registries that are asked for images. */
  public FakeImages images() {
    return images;
  }

  /** The clock and timers of the manager. */
  public ManualTime time() {
    return time;
  }

  public String restUrl() {
    return manager.restUrl();
  }

  public String grpcAddress() {
    return manager.grpcAddress();
  }

  public String metricsUrl() {
    return manager.metricsUrl();
  }

  public Path passwordFile() {
    return folder.resolve("root-password");
  }

  /** A channel to the gRPC port on which every call shows the join token; the test closes it. */
  public ManagedChannel channel() {
    try {
      String token = Files.readString(joinTokenFile()).strip();
      return NettyChannelBuilder.forTarget(grpcAddress())
          .usePlaintext()
          .intercept(JoinToken.of(Secret.of(token)).shown())
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path joinTokenFile() {
    return folder.resolve("join-token");
  }

  /** A scheduler of the first cluster that is alive, whatever time passes. */
  public void addScheduler(String name, int port) {
    bean(JdbcClient.class)
        .sql(
            """
            INSERT INTO schedulers (created_at, updated_at, host_name, ip, port, state, scheduler_cluster_id,
                last_keep_alive_at, keep_alive_interval_millis)
            VALUES (now(), now(), :name, '127.0.0.1', :port, 'active', 1, now(), 1000000000)
            """)
        .param("name", name)
        .param("port", port)
        .update();
  }

  /** Lets so much time pass for the instances: by the clock of the database. */
  public void silence(Duration length) {
    for (String table : new String[] {"schedulers", "seed_peers"}) {
      bean(JdbcClient.class)
          .sql(
              "UPDATE %s SET last_keep_alive_at = last_keep_alive_at - :millis * interval '1 millisecond'"
                  .formatted(table))
          .param("millis", length.toMillis())
          .update();
    }
  }

  /** A bean of the manager. */
  public <T> T bean(Class<T> type) {
    return manager.context().getBean(type);
  }

  /** The password of root, which is the first one again, whatever other tests made of it. */
  public String rootPassword() {
    try {
      String first = Files.readString(passwordFile()).strip();
      bean(JdbcClient.class)
          .sql("UPDATE users SET encrypted_password = :password WHERE id = 1")
          .param("password", bean(PasswordEncoder.class).encode(first))
          .update();
      return first;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Empties the tables of instances, and of clusters all but the first. */
  public void clear() {
    JdbcClient jdbc = bean(JdbcClient.class);
    schedulers.reset();
    images.reset();
    jdbc.sql("DELETE FROM jobs").update();
    jdbc.sql("DELETE FROM job_rates").update();
    jdbc.sql("TRUNCATE schedulers, seed_peers, applications").update();
    jdbc.sql("DELETE FROM scheduler_clusters WHERE id > 1").update();
    jdbc.sql("DELETE FROM seed_peer_clusters WHERE id > 1").update();
    jdbc.sql("UPDATE scheduler_clusters SET scopes = '{}', is_default = true").update();
    bean(ChangeCount.class).changed();
  }

  @Override
  public void close() {
    manager.close();
    database.close();
    try {
      Files.deleteIfExists(passwordFile());
      Files.deleteIfExists(joinTokenFile());
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("manager-test");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it for the first test that asks. */
  public static final class Extension implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == RunningManager.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.create(RunningManager.class))
          .computeIfAbsent(RunningManager.class, key -> new RunningManager(), RunningManager.class);
    }
  }
}
