package dev.dragonfly.manager.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.testing.TestPostgres;
import dev.dragonfly.manager.dynconfig.JsonDocument;
import dev.dragonfly.manager.instance.InstanceKey;
import dev.dragonfly.manager.instance.InstanceKind;
import dev.dragonfly.manager.instance.KeepAlive;
import dev.dragonfly.manager.instance.KeepAlives;
import dev.dragonfly.manager.instance.Registrations;
import dev.dragonfly.manager.instance.SchedulerRegistration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Two managers at once on one database are one manager to everybody else. */
final class TwoManagersTest {
  private static final InstanceKey SCHEDULER =
      new InstanceKey(InstanceKind.SCHEDULER, "s1", "10.0.0.1", 1);

  /** Longer than anything takes here; the clock is the database's. */
  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  private static final String ASLEEP = "keepAlive: {interval: 1h, timeout: 2h, forgetAfter: 3d}";

  @TempDir private static Path folder;
  private static TestPostgres postgres;
  private static OwnManager one;
  private static OwnManager other;

  /** Both start at once on an empty database: one of them makes the first rows. */
  @BeforeAll
  static void start() throws Exception {
    postgres = TestPostgres.start();
    String database = postgres.newDatabase();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<OwnManager> first =
          threads.submit(() -> OwnManager.start(postgres, database, folder, ASLEEP));
      Future<OwnManager> second =
          threads.submit(() -> OwnManager.start(postgres, database, folder, ASLEEP));
      one = first.get(2, TimeUnit.MINUTES);
      other = second.get(2, TimeUnit.MINUTES);
    }
  }

  @AfterAll
  static void stop() {
    one.close();
    other.close();
    postgres.close();
  }

  @Test
  void thereIsOneRootOneClusterAndOnePassword() throws Exception {
    JdbcClient jdbc = one.bean(JdbcClient.class);
    for (String table : List.of("users", "scheduler_clusters", "seed_peer_clusters")) {
      assertThat(jdbc.sql("SELECT count(*) FROM " + table).query(Long.class).single())
          .as(table)
          .isEqualTo(1);
    }
    signedIn(one);
  }

  @Test
  void aSessionOfOneIsASessionOfTheOther() throws Exception {
    try (RestCaller caller = new RestCaller(other.restUrl(), signedIn(one))) {
      assertThat(caller.get("/api/v1/clusters").statusCode()).isEqualTo(200);
      String renewed =
          caller.json("POST", "/api/v1/users/refresh_token", "").get("token").asString();
      try (RestCaller back = new RestCaller(one.restUrl(), renewed)) {
        assertThat(back.get("/api/v1/clusters").statusCode()).isEqualTo(200);
      }
    }
  }

  @Test
  void aStreamThatMovesToTheOtherManagerIsNotEndedByTheFirst() {
    KeepAlive before = registered(one);
    KeepAlive after = other.bean(KeepAlives.class).begin(SCHEDULER).orElseThrow();
    one.bean(KeepAlives.class).end(before);
    assertThat(state()).isEqualTo("active");
    assertThat(other.bean(KeepAlives.class).refresh(after)).contains(after);
    other.bean(KeepAlives.class).end(after);
    assertThat(state()).isEqualTo("inactive");
  }

  @Test
  void ofTwoThatLookForSilentOnesAtOnceOneFindsEach() throws Exception {
    registered(one);
    one.bean(JdbcClient.class)
        .sql("UPDATE schedulers SET last_keep_alive_at = now() - interval '1 hour'")
        .update();
    CountDownLatch begin = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> found =
          Stream.of(one, other, one, other)
              .map(manager ->
                  threads.submit(() -> {
                    begin.await();
                    return manager.bean(KeepAlives.class).expire(TIMEOUT);
                  }))
              .toList();
      begin.countDown();
      int sum = 0;
      for (Future<Integer> one : found) {
        sum += one.get(1, TimeUnit.MINUTES);
      }
      assertThat(sum).isEqualTo(1);
    }
    assertThat(state()).isEqualTo("inactive");
  }

  private static KeepAlive registered(OwnManager manager) {
    manager
        .bean(Registrations.class)
        .register(
            new SchedulerRegistration(
                SCHEDULER, 8002, "", "", List.of("schedule"), JsonDocument.EMPTY));
    return manager.bean(KeepAlives.class).begin(SCHEDULER).orElseThrow();
  }

  private static String state() {
    return one.bean(JdbcClient.class)
        .sql("SELECT state FROM schedulers")
        .query(String.class)
        .single();
  }

  private static String signedIn(OwnManager manager) throws Exception {
    String password = Files.readString(folder.resolve("password")).strip();
    try (RestCaller caller = new RestCaller(manager.restUrl(), "")) {
      return caller
          .json(
              "POST",
              "/api/v1/users/signin",
              "{\"name\":\"root\",\"password\":\"%s\"}".formatted(password))
          .get("token")
          .asString();
    }
  }
}
