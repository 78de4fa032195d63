package dev.dragonfly.manager.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.dragonfly.api.ext.v1.FiguresSlot;
import dev.dragonfly.api.ext.v1.ManagerExtGrpc;
import dev.dragonfly.api.ext.v1.ReportFiguresRequest;
import dev.dragonfly.common.config.Secret;
import dev.dragonfly.common.manager.JoinToken;
import dev.dragonfly.manager.app.RunningManager;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Figures from the report of a scheduler to what REST shows, on a real database. */
@ExtendWith(RunningManager.Extension.class)
final class FiguresTest {
  private static final int DAY_SLOTS = 8_640;

  private final RunningManager running;
  private final ManagedChannel channel;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ManagerExtGrpc.ManagerExtBlockingStub manager;
  private String session = "";
  private long now;

  FiguresTest(RunningManager running) {
    this.running = running;
    this.channel = running.channel();
    this.manager = ManagerExtGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  @BeforeEach
  void clear() throws IOException, InterruptedException {
    running.clear();
    jdbc().sql("TRUNCATE figures").update();
    running.time().advance(Duration.ofMinutes(2));
    now = running.time().now().getEpochSecond() / 10 * 10;
    session = signIn();
  }

  @AfterEach
  void close() {
    channel.shutdownNow();
    http.close();
  }

  @Test
  void whatASchedulerReportsIsShownInStepsAndReportingItAgainReplacesIt() throws Exception {
    report(1, "s1", slot(now - 20, 100).build(), slot(now - 10, 50).build());
    report(1, "s1", slot(now - 20, 7).build());
    JsonNode points = get("/api/v1/clusters/1/figures").get("points");
    assertThat(points.size()).isEqualTo(2);
    JsonNode first = points.get(0);
    assertThat(first.get("begin").asString()).isEqualTo(Instant.ofEpochSecond(now - 20).toString());
    assertThat(first.get("origin_bytes").asLong()).isEqualTo(7);
    assertThat(first.get("seed_bytes").asLong()).isEqualTo(2);
    assertThat(first.get("peer_bytes").asLong()).isEqualTo(3);
    assertThat(first.get("downloads").asLong()).isEqualTo(4);
    assertThat(first.get("failures").asLong()).isEqualTo(5);
    assertThat(first.get("back_to_source").asLong()).isEqualTo(1);
    assertThat(first.get("hosts").asLong()).isEqualTo(10);
    assertThat(first.get("running").asLong()).isEqualTo(6);
    assertThat(points.get(1).get("origin_bytes").asLong()).isEqualTo(50);
  }

  @Test
  void schedulersOfAClusterAndOneThatRestartedWithinASlotAddUpButSeeTheSameHosts()
      throws Exception {
    report(1, "s1-100", slot(now - 20, 100).build());
    report(1, "s1-200", slot(now - 20, 20).setHosts(12).build());
    report(1, "s2-100", slot(now - 20, 3).build());
    JsonNode point = get("/api/v1/clusters/1/figures").get("points").get(0);
    assertThat(point.get("origin_bytes").asLong()).isEqualTo(123);
    assertThat(point.get("running").asLong()).isEqualTo(18);
    assertThat(point.get("hosts").asLong()).isEqualTo(12);
  }

  @Test
  void allClustersTogetherAddUpAndStepsAreSums() throws Exception {
    long other = cluster("figures-other");
    long minute = now / 60 * 60 - 120;
    report(1, "s1", slot(minute, 1).build(), slot(minute + 50, 2).build());
    report(other, "s1", slot(minute + 50, 40).build());
    String window =
        "?step=60&from=" + Instant.ofEpochSecond(minute) + "&to=" + Instant.ofEpochSecond(now);
    JsonNode points = get("/api/v1/figures" + window).get("points");
    assertThat(points.size()).isEqualTo(1);
    assertThat(points.get(0).get("origin_bytes").asLong()).isEqualTo(43);
    assertThat(points.get(0).get("hosts").asLong()).isEqualTo(20);
    assertThat(points.get(0).get("running").asLong()).isEqualTo(12);
    JsonNode one = get("/api/v1/clusters/" + other + "/figures" + window).get("points");
    assertThat(one.get(0).get("origin_bytes").asLong()).isEqualTo(40);
  }

  @Test
  void aClusterThatGoesTakesItsFiguresWithIt() throws Exception {
    long other = cluster("figures-gone");
    report(other, "s1", slot(now - 20, 1).build());
    jdbc().sql("DELETE FROM scheduler_clusters WHERE id = :id").param("id", other).update();
    assertThat(get("/api/v1/figures").get("points").size()).isZero();
    assertThat(status("/api/v1/clusters/" + other + "/figures")).isEqualTo(404);
  }

  @Test
  void whatIsOlderThanADayIsNotTakenAndPurgedInBatches() {
    // The clock of the test begins in 1970, where there is no day before.
    running.time().advance(Duration.ofHours(40));
    now = running.time().now().getEpochSecond() / 10 * 10;
    report(1, "s1", slot(now - 10L * DAY_SLOTS - 10, 1).build());
    assertThat(rows()).isZero();
    jdbc()
        .sql(
            """
            INSERT INTO figures SELECT 1, :begin - n * 10, 'old', 0, 0, 0, 0, 0, 0, 0, 0
            FROM generate_series(0, 2499) AS n
            """)
        .param("begin", now - 10L * DAY_SLOTS - 10)
        .update();
    report(1, "s1", slot(now - 20, 1).build());
    assertThat(running.bean(Figures.class).purge()).isEqualTo(2_500);
    assertThat(rows()).isEqualTo(1);
  }

  @Test
  void slotsThatLieAheadOrAreNoneAreRefused() {
    refused(() -> report(1, "s1", slot(now + 30, 1).build()), Status.Code.INVALID_ARGUMENT);
    refused(() -> report(1, "s1", slot(now - 5, 1).build()), Status.Code.INVALID_ARGUMENT);
    refused(() -> report(1, "s1", slot(now - 10, -1).build()), Status.Code.INVALID_ARGUMENT);
    refused(() -> report(1, "", slot(now - 10, 1).build()), Status.Code.INVALID_ARGUMENT);
    refused(() -> report(0, "s1", slot(now - 10, 1).build()), Status.Code.INVALID_ARGUMENT);
    refused(() -> report(4711, "s1", slot(now - 10, 1).build()), Status.Code.NOT_FOUND);
    assertThat(rows()).isZero();
  }

  @Test
  void withoutTheJoinTokenNothingIsTaken() {
    JoinToken wrong = JoinToken.of(Secret.of("the-token-of-another-test-a-token"));
    ManagedChannel stranger =
        NettyChannelBuilder.forTarget(running.grpcAddress())
            .usePlaintext()
            .intercept(wrong.shown())
            .build();
    try {
      ManagerExtGrpc.ManagerExtBlockingStub ext =
          ManagerExtGrpc.newBlockingStub(stranger).withDeadlineAfter(20, TimeUnit.SECONDS);
      refused(
          () -> ext.reportFigures(request(1, "s1", slot(now - 10, 1).build())),
          Status.Code.UNAUTHENTICATED);
      assertThat(rows()).isZero();
    } finally {
      stranger.shutdownNow();
    }
  }

  @Test
  void windowsThatMakeNoSenseAreRefused() throws Exception {
    for (String query :
        new String[] {
          "?step=5",
          "?step=15",
          "?step=0",
          "?from=nonsense",
          "?from=2026-01-01T00:00:00Z&to=2025-01-01T00:00:00Z",
          "?from=2020-01-01T00:00:00Z&step=10"
        }) {
      assertThat(status("/api/v1/figures" + query)).as(query).isEqualTo(422);
    }
    assertThat(status("/api/v1/figures?from=" + Instant.ofEpochSecond(now - 86_400)))
        .isEqualTo(200);
    assertThat(status("/api/v1/clusters/4711/figures")).isEqualTo(404);
  }

  private void report(long cluster, String instance, FiguresSlot... slots) {
    assertThat(manager.reportFigures(request(cluster, instance, slots))).isNotNull();
  }

  private static ReportFiguresRequest request(long cluster, String instance, FiguresSlot... slots) {
    ReportFiguresRequest.Builder request =
        ReportFiguresRequest.newBuilder().setSchedulerClusterId(cluster).setInstance(instance);
    for (FiguresSlot slot : slots) {
      request.addSlots(slot);
    }
    return request.build();
  }

  private static FiguresSlot.Builder slot(long begin, long originBytes) {
    return FiguresSlot.newBuilder()
        .setBegin(begin)
        .setOriginBytes(originBytes)
        .setSeedBytes(2)
        .setPeerBytes(3)
        .setDownloads(4)
        .setFailures(5)
        .setBackToSource(1)
        .setHosts(10)
        .setRunning(6);
  }

  private static void refused(ThrowingCallable call, Status.Code code) {
    assertThat(catchThrowableOfType(StatusRuntimeException.class, call).getStatus().getCode())
        .isEqualTo(code);
  }

  private long cluster(String name) {
    return jdbc()
        .sql(
            "INSERT INTO scheduler_clusters (created_at, updated_at, name) VALUES (now(), now(), :name) RETURNING id")
        .param("name", name)
        .query(Long.class)
        .single();
  }

  private long rows() {
    return jdbc().sql("SELECT count(*) FROM figures").query(Long.class).single();
  }

  private JdbcClient jdbc() {
    return running.bean(JdbcClient.class);
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    HttpResponse<String> response = send(path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JsonMapper.shared().readTree(response.body());
  }

  private int status(String path) throws IOException, InterruptedException {
    return send(path).statusCode();
  }

  private HttpResponse<String> send(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(running.restUrl() + path))
            .timeout(Duration.ofSeconds(20))
            .header("Authorization", "Bearer " + session)
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private String signIn() throws IOException, InterruptedException {
    String body = "{\"name\":\"root\",\"password\":\"%s\"}".formatted(running.rootPassword());
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(running.restUrl() + "/api/v1/users/signin"))
            .timeout(Duration.ofSeconds(20))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    String answer = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    return JsonMapper.shared().readTree(answer).get("token").asString();
  }
}
