package dev.dragonfly.common.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * A real PostgreSQL for tests: a container where a Docker engine answers, else the embedded server.
 * Start one for a virtual machine and let each test take a fresh database of it; it prints the
 * choice.
 */
public final class TestPostgres implements AutoCloseable {
  private static final String IMAGE = "postgres:16-alpine";
  private static final String NAME = "postgres";

  private final String address;
  private final AutoCloseable server;
  private final AtomicInteger databases = new AtomicInteger();

  private TestPostgres(String address, AutoCloseable server) {
    this.address = address;
    this.server = server;
  }

  /** Starts a server; close it when the last test is over. */
  public static TestPostgres start() {
    return dockerAnswers() ? container() : embedded();
  }

  /** Makes a new empty database and returns its JDBC URL, without user and password. */
  public String newDatabase() {
    String name = "test_" + databases.incrementAndGet();
    try (Connection connection = DriverManager.getConnection(url(NAME), user(), password());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    } catch (SQLException e) {
      throw new IllegalStateException("tried to create the database " + name + " at " + address, e);
    }
    return url(name);
  }

  /** A user who may do everything. */
  public String user() {
    return NAME;
  }

  public String password() {
    return NAME;
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (Exception e) {
      throw new IllegalStateException("tried to stop PostgreSQL at " + address, e);
    }
  }

  private String url(String database) {
    return "jdbc:postgresql://" + address + "/" + database;
  }

  /** Asks Testcontainers only where there may be an engine: it takes seconds to find none. */
  private static boolean dockerAnswers() {
    boolean likely =
        System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock"));
    return likely && DockerClientFactory.instance().isDockerAvailable();
  }

  private static TestPostgres container() {
    PostgreSQLContainer container =
        new PostgreSQLContainer(IMAGE).withUsername(NAME).withPassword(NAME).withDatabaseName(NAME);
    container.start();
    System.out.println("PostgreSQL for tests: container " + IMAGE);
    return new TestPostgres(
        container.getHost() + ":" + container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
        container);
  }

  private static TestPostgres embedded() {
    try {
      EmbeddedPostgres embedded = EmbeddedPostgres.start();
      System.out.println("PostgreSQL for tests: embedded (no Docker engine answers)");
      return new TestPostgres("127.0.0.1:" + embedded.getPort(), embedded);
    } catch (IOException e) {
      throw new UncheckedIOException("tried to start the embedded PostgreSQL", e);
    }
  }
}
