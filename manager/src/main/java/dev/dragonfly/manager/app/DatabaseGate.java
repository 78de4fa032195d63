package dev.dragonfly.manager.app;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for the database before anything else starts, so that what is wrong is said in one line.
 * Who may not connect is told at once; a server that is not there yet gets time. Blocks.
 */
final class DatabaseGate {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseGate.class);
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final String ATTEMPT_SECONDS = "5";

  private final DatabaseConfig config;
  private final Time time;
  private final Timers timers;

  DatabaseGate(DatabaseConfig config, Time time, Timers timers) {
    this.config = config;
    this.time = time;
    this.timers = timers;
  }

  /**
   * Returns when the database takes connections.
   *
   * @throws DragonflyException UNAVAILABLE when it did not in time, CONFIG when it refused us
   */
  void await() {
    checkUrl();
    long begin = time.nanos();
    int attempts = 0;
    while (true) {
      attempts++;
      SQLException failure = attempt();
      if (failure == null) {
        return;
      }
      refuseAtOnce(failure);
      Duration waited = Duration.ofNanos(time.nanos() - begin);
      if (waited.plus(PAUSE).compareTo(config.startupWait()) > 0) {
        throw new DragonflyException(
            ErrorCode.UNAVAILABLE,
            "tried to reach PostgreSQL at %s %d times in %d s, got: %s (expected a connection); start it, or correct database.* in the configuration"
                .formatted(config.address(), attempts, waited.toSeconds(), failure.getMessage()),
            failure);
      }
      if (attempts == 1) {
        LOG.warn(
            "database not there yet address={} wait={} cause={}",
            config.address(),
            config.startupWait(),
            failure.getMessage());
      }
      pause();
    }
  }

  private void checkUrl() {
    try {
      DriverManager.getDriver(config.jdbcUrl());
    } catch (SQLException e) {
      throw new DragonflyException(
          ErrorCode.CONFIG,
          "tried to read database.url, got %s (expected jdbc:postgresql://...)"
              .formatted(config.address()),
          e);
    }
  }

  private @Nullable SQLException attempt() {
    Properties properties = new Properties();
    properties.setProperty("user", config.user());
    properties.setProperty("password", config.secret());
    properties.setProperty("connectTimeout", ATTEMPT_SECONDS);
    properties.setProperty("socketTimeout", ATTEMPT_SECONDS);
    try (Connection connection = DriverManager.getConnection(config.jdbcUrl(), properties)) {
      LOG.debug("database answers address={} open={}", config.address(), !connection.isClosed());
      return null;
    } catch (SQLException e) {
      return e;
    }
  }

  private void refuseAtOnce(SQLException failure) {
    String state = failure.getSQLState() == null ? "" : failure.getSQLState();
    String advice =
        switch (state) {
          case "28P01", "28000" -> "correct database.user and database.password";
          case "3D000" -> "create the database or correct database.name";
          case "08004" -> "correct database.user and database.password";
          default -> "";
        };
    if (!advice.isEmpty()) {
      throw new DragonflyException(
          ErrorCode.CONFIG,
          "tried to connect to PostgreSQL at %s as user %s, got: %s (expected a connection); %s"
              .formatted(config.address(), config.user(), failure.getMessage(), advice),
          failure);
    }
  }

  private void pause() {
    try {
      timers.pause(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DragonflyException(
          ErrorCode.CANCELLED, "interrupted while waiting for PostgreSQL", e);
    }
  }
}
