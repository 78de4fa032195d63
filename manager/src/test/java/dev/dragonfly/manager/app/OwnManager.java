package dev.dragonfly.manager.app;

import dev.dragonfly.common.config.ConfigLoader;
import dev.dragonfly.common.testing.TestPostgres;
import java.nio.file.Path;
import org.apache.catalina.Pipeline;
import org.springframework.boot.tomcat.TomcatWebServer;

/** A manager of one test class, with a configuration of its own and the clock of the system. */
public final class OwnManager implements AutoCloseable {
  private final Manager manager;

  private OwnManager(Manager manager) {
    this.manager = manager;
  }

  /** On a new database. */
  public static OwnManager start(TestPostgres postgres, Path folder, String further) {
    return start(postgres, postgres.newDatabase(), folder, further);
  }

  /** On this database; {@code further} sections of the configuration win. */
  public static OwnManager start(
      TestPostgres postgres, String databaseUrl, Path folder, String further) {
    String auth =
        "passwordFile: '%s', jwtKey: %s"
            .formatted(folder.resolve("password"), RunningManager.JWT_KEY);
    String sections =
        further.contains("auth: {")
            ? further.replace("auth: {", "auth: {" + auth + ", ")
            : further + "\nauth: {" + auth + "}";
    return new OwnManager(
        Manager.start(
            ConfigLoader.parse(
                """
                server: {ip: 127.0.0.1, restPort: 0, grpcPort: 0}
                database: {url: '%s', user: '%s', password: '%s', pool: 4, startupWait: 20s}
                metrics: {port: 0}
                %s
                """
                    .formatted(databaseUrl, postgres.user(), postgres.password(), sections),
                "the test",
                ManagerConfig.DEFAULTS,
                ManagerConfig.class)));
  }

  public String restUrl() {
    return manager.restUrl();
  }

  public String grpcAddress() {
    return manager.grpcAddress();
  }

  public <T> T bean(Class<T> type) {
    return manager.context().getBean(type);
  }

  /** What requests pass after the server has found out who calls. */
  public Pipeline pipeline() {
    if (!(manager.context().getWebServer() instanceof TomcatWebServer server)) {
      throw new IllegalStateException("no Tomcat");
    }
    return server.getTomcat().getHost().getPipeline();
  }

  @Override
  public void close() {
    manager.close();
  }
}
