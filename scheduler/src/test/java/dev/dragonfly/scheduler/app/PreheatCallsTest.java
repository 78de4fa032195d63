package dev.dragonfly.scheduler.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.sun.net.httpserver.HttpServer;
import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.dfdaemon.v2.Entry;
import dev.dragonfly.api.scheduler.v2.PeerImage;
import dev.dragonfly.api.scheduler.v2.PreheatFileRequest;
import dev.dragonfly.api.scheduler.v2.PreheatImageRequest;
import dev.dragonfly.api.scheduler.v2.SchedulerGrpc;
import dev.dragonfly.api.scheduler.v2.StatFileRequest;
import dev.dragonfly.api.scheduler.v2.StatFileResponse;
import dev.dragonfly.api.scheduler.v2.StatImageRequest;
import dev.dragonfly.api.scheduler.v2.StatImageResponse;
import dev.dragonfly.common.task.DefaultFilteredQueryParams;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.common.testing.OwnRedis;
import dev.dragonfly.common.wire.TaskMapper;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Preheats without a manager, as clients of upstream ask for them. */
@Timeout(60)
class PreheatCallsTest {
  private static final String CONFIG = "aa".repeat(32);
  private static final String LAYER = "bb".repeat(32);
  private static final String MANIFEST =
      """
      {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
       "config":{"mediaType":"application/vnd.oci.image.config.v1+json","size":1,"digest":"sha256:%s"},
       "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","size":1,"digest":"sha256:%s"}]}
      """
          .formatted(CONFIG, LAYER);
  @RegisterExtension private static final OwnRedis redis = OwnRedis.start();
  private static HttpServer registry;

  private JobFixture cluster;
  private SchedulerGrpc.SchedulerBlockingStub scheduler;

  @BeforeAll
  static void startAll() throws IOException {
    registry = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    registry.createContext(
        "/v2/",
        exchange -> {
          boolean known = exchange.getRequestURI().getPath().equals("/v2/app/manifests/latest");
          byte[] body = (known ? MANIFEST : "{}").getBytes(StandardCharsets.UTF_8);
          exchange
              .getResponseHeaders()
              .set("Content-Type", "application/vnd.oci.image.manifest.v1+json");
          boolean ping = exchange.getRequestURI().getPath().equals("/v2/");
          exchange.sendResponseHeaders(known || ping ? 200 : 404, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    registry.start();
  }

  @AfterAll
  static void stopAll() {
    registry.stop(0);
  }

  @BeforeEach
  void start() {
    cluster = new JobFixture(redis);
    scheduler = SchedulerGrpc.newBlockingStub(cluster.channel);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void anImageIsPreheatedAndFoundByTheDigestsOfItsBlobs() {
    scheduler.preheatImage(
        PreheatImageRequest.newBuilder().setUrl(image("latest")).setScope("all_peers").build());
    awaitThat(() -> cluster.oneDaemon.held().containsAll(List.of(CONFIG, LAYER)));
    cluster.join(cluster.one, new TaskId(LAYER));

    StatImageResponse stat =
        scheduler.statImage(StatImageRequest.newBuilder().setUrl(image("latest")).build());

    assertThat(stat.getImage().getLayersList())
        .hasSize(2)
        .allMatch(layer -> !layer.hasIsFinished());
    PeerImage peer = stat.getPeers(0);
    assertThat(stat.getPeersList()).hasSize(1);
    assertThat(peer.getHostname()).isEqualTo("one");
    assertThat(peer.getCachedLayersList())
        .singleElement()
        .matches(layer -> layer.getIsFinished() && layer.getUrl().endsWith(LAYER));
  }

  @Test
  void aFileKeepsItsTagAndGetsTheUsualFilterAndNoScopeIsOneSeed() {
    scheduler.preheatFile(
        PreheatFileRequest.newBuilder()
            .setUrl("http://origin.test/file?X-Amz-Signature=1")
            .setTag("tag")
            .setApplication("app")
            .putHeader("X-Token", "t")
            .build());
    awaitThat(() -> !cluster.seedDaemon.downloads().isEmpty());

    Download download = cluster.seedDaemon.downloads().getFirst();
    assertThat(download.getTag()).isEqualTo("tag");
    assertThat(download.getApplication()).isEqualTo("app");
    assertThat(download.getFilteredQueryParamsList()).isEqualTo(DefaultFilteredQueryParams.ALL);
    assertThat(download.getRequestHeaderMap()).containsEntry("X-Token", "t");
    assertThat(cluster.oneDaemon.downloads()).isEmpty();

    TaskId task = TaskIdCalculator.taskId(TaskMapper.toSpec(download));
    cluster.join(cluster.seed, task);
    StatFileResponse stat =
        scheduler.statFile(
            StatFileRequest.newBuilder()
                .setUrl("http://origin.test/file?X-Amz-Signature=2")
                .setTag("tag")
                .setApplication("app")
                .build());
    assertThat(stat.getPeers(0).getHostname()).isEqualTo("seed");
    assertThat(stat.getPeers(0).getCachedFiles(0).getIsFinished()).isTrue();
  }

  @Test
  void aFolderIsItsFilesAndAnEmptyOneIsSaid() {
    PreheatFileRequest folder =
        PreheatFileRequest.newBuilder().setUrl("http://origin.test/dir/").build();
    refused("preheat url is a directory, but with no entry", () -> scheduler.preheatFile(folder));
    cluster.seedDaemon.entries(
        List.of(
            Entry.newBuilder().setUrl("http://origin.test/dir/a").build(),
            Entry.newBuilder().setUrl("http://origin.test/dir/sub/").setIsDir(true).build(),
            Entry.newBuilder().setUrl("http://origin.test/dir/b").build()));
    scheduler.preheatFile(folder);
    awaitThat(() -> cluster.seedDaemon.downloads().size() == 2);
    assertThat(cluster.seedDaemon.downloads())
        .extracting(Download::getUrl)
        .containsExactlyInAnyOrder("http://origin.test/dir/a", "http://origin.test/dir/b");
  }

  @Test
  void mistakesAreSaidAsUpstreamSaysThem() {
    refused(
        "failed to resolve manifests",
        () -> scheduler.preheatImage(imageRequest().setUrl(image("nosuch")).build()));
    refused(
        "failed to resolve manifests",
        () -> scheduler.preheatImage(imageRequest().setUrl("http://127.0.0.1/app").build()));
    refused(
        "failed to parse certificate chain",
        () ->
            scheduler.preheatImage(
                imageRequest().addCertificateChain(ByteString.copyFromUtf8("none")).build()));
    refused(
        "concurrent_task_count",
        () -> scheduler.preheatImage(imageRequest().setConcurrentTaskCount(0).build()));
    refused("count", () -> scheduler.preheatImage(imageRequest().setCount(201).build()));
    refused(
        "timeout",
        () -> scheduler.preheatImage(imageRequest().setTimeout(Duration.newBuilder()).build()));
    refused("download.url", () -> scheduler.statFile(StatFileRequest.getDefaultInstance()));
    assertThat(cluster.seedDaemon.downloads()).isEmpty();
  }

  private static PreheatImageRequest.Builder imageRequest() {
    return PreheatImageRequest.newBuilder().setUrl(image("latest"));
  }

  private static String image(String tag) {
    return "http://127.0.0.1:%d/v2/app/manifests/%s"
        .formatted(registry.getAddress().getPort(), tag);
  }

  private static void refused(String words, ThrowingCallable call) {
    StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(refusal).as(words).isNotNull();
    assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(refusal.getMessage()).contains(words);
  }

  private static void awaitThat(BooleanSupplier condition) {
    for (int i = 0; !condition.getAsBoolean(); i++) {
      assertThat(i).as("looks").isLessThan(3_000);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }
}
