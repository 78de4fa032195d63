package dev.dragonfly.dfdaemon.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.dfdaemon.v2.DfdaemonDownloadGrpc;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskRequest;
import dev.dragonfly.api.manager.v2.SchedulerCluster;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.testing.FakeManager;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the cluster blocks, over real connections: manager, proxy and unix socket. */
final class BlockedDownloadsTest {
  private static final int MOST_TRIES = 500;

  @TempDir private Path dir;
  private final FakeManager manager = new FakeManager();
  private ProxyFixture proxy;

  @BeforeEach
  void start() {
    manager.say(
        SchedulerCluster.newBuilder()
            .setId(1)
            .setClientConfig(
                ByteString.copyFromUtf8(
                    """
                    {"load_limit":1,"block_list":{"task":{"download":{"urls":["(broken","/org/blocked/"]}}}}
                    """))
            .build());
    proxy =
        new ProxyFixture(
            dir,
            "",
            "allow: [127.0.0.1], ",
            "manager: {address: \"127.0.0.1:%d\"}\n".formatted(manager.port()));
  }

  @AfterEach
  void stop() {
    proxy.close();
    manager.close();
  }

  @Test
  void aBlockedPullGoesToTheRegistryAndSucceedsAndOthersAreShared() {
    byte[] bytes = ProxyFixture.random(100_000);
    String digest = proxy.registry.blob(bytes);
    awaitBlocked("/v2/org/blocked/blobs/" + digest);
    long before = proxy.registry.sent();
    HttpResponse<byte[]> blocked = proxy.get("/v2/org/blocked/blobs/" + digest);
    assertThat(blocked.statusCode()).isEqualTo(200);
    assertThat(blocked.body()).isEqualTo(bytes);
    assertThat(proxy.registry.sent() - before).isEqualTo(bytes.length);
    byte[] other = ProxyFixture.random(100_001);
    String shared = proxy.registry.blob(other);
    for (int i = 0; i < 2; i++) {
      assertThat(proxy.get("/v2/org/app/blobs/" + shared).body()).isEqualTo(other);
    }
    assertThat(proxy.registry.sent() - before).isEqualTo(bytes.length + other.length);
  }

  @Test
  void aBlockedDownloadOverTheSocketEndsWithTheRule() {
    String digest = proxy.registry.blob(ProxyFixture.random(10));
    awaitBlocked("/v2/org/blocked/blobs/" + digest);
    ManagedChannel socket = GrpcChannels.unixSocket(dir.resolve("d.sock"));
    try {
      StatusRuntimeException refusal =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () -> {
                var answers =
                    DfdaemonDownloadGrpc.newBlockingStub(socket)
                        .withDeadlineAfter(20, TimeUnit.SECONDS)
                        .downloadTask(
                            DownloadTaskRequest.newBuilder()
                                .setDownload(
                                    Download.newBuilder()
                                        .setUrl(proxy.registry.url() + "/org/blocked/x?key=secret"))
                                .build());
                answers.forEachRemaining(answer -> {});
              });
      assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
      assertThat(refusal.getMessage())
          .contains("rejected by blocklist policy", "urls '/org/blocked/'")
          .doesNotContain("secret");
    } finally {
      socket.shutdownNow();
    }
  }

  /** The daemon asks its manager in the background: until it has heard, nothing is blocked. */
  private void awaitBlocked(String path) {
    for (int i = 0; i < MOST_TRIES; i++) {
      assertThat(proxy.get(path).statusCode()).isEqualTo(200);
      if (!proxy.metrics().contains("dragonfly_dfdaemon_downloads_blocked_total 0.0")) {
        return;
      }
    }
    throw new AssertionError("the policy of the cluster did not come");
  }
}
