package dev.dragonfly.common.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.api.dfdaemon.v2.DfdaemonUploadGrpc;
import dev.dragonfly.api.dfdaemon.v2.StatTaskRequest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.testing.TestCertificates;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MutualTlsTest {
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @TempDir private static Path folder;

  private TlsConfig ours = new TlsConfig(Path.of("/"), Path.of("/"), Path.of("/"));
  private TlsConfig strangers = ours;
  private Optional<GrpcServers.Running> server = Optional.empty();

  @BeforeAll
  void start() throws Exception {
    ours = TestCertificates.create(folder, "ours");
    strangers = TestCertificates.create(folder, "strangers");
    server = Optional.of(GrpcServers.tcp(ANY, Optional.of(ours), List.of(new EchoService())));
  }

  @AfterAll
  void stop() {
    server.ifPresent(GrpcServers.Running::close);
  }

  @Test
  void aClientWithACertificateThatTheServerTrustsIsServed() throws InterruptedException {
    assertThat(call(Optional.of(ours))).isEqualTo("abc");
  }

  @Test
  void aClientOfAnotherAuthorityIsRefused() {
    assertUnavailable(
        Optional.of(new TlsConfig(ours.caFile(), strangers.certFile(), strangers.keyFile())));
  }

  @Test
  void aServerOfAnotherAuthorityIsRefused() {
    assertUnavailable(
        Optional.of(new TlsConfig(strangers.caFile(), ours.certFile(), ours.keyFile())));
  }

  @Test
  void aClientWithoutTlsIsRefused() {
    assertUnavailable(Optional.empty());
  }

  @Test
  void aStreamThatEndedIsResetForUpstreamsClientToo() throws Exception {
    SslContext tls =
        GrpcSslContexts.forClient()
            .keyManager(ours.certFile().toFile(), ours.keyFile().toFile())
            .trustManager(ours.caFile().toFile())
            .build();
    try (RawHttp2 client = RawHttp2.connect(server.orElseThrow().port(), Optional.of(tls))) {
      client.request("/no.such.Service/Method");

      assertThat(client.next(Http2HeadersFrame.class).headers().get("grpc-status"))
          .hasToString("12");
      assertThat(client.next(Http2ResetFrame.class).errorCode()).isZero();
    }
  }

  @Test
  void filesThatCannotBeUsedAreNamed() {
    Path none = folder.resolve("none.pem");
    TlsConfig missing = new TlsConfig(none, ours.certFile(), ours.keyFile());
    TlsConfig swapped = new TlsConfig(ours.caFile(), ours.keyFile(), ours.certFile());

    assertConfig(() -> GrpcServers.tcp(ANY, Optional.of(missing), List.of()), "none.pem");
    assertConfig(() -> GrpcServers.tcp(ANY, Optional.of(swapped), List.of()), "ours.key");
    assertConfig(() -> new GrpcChannels(Optional.of(missing)).tcp("localhost", 1), "none.pem");
  }

  private String call(Optional<TlsConfig> tls) throws InterruptedException {
    ManagedChannel channel = new GrpcChannels(tls).tcp("localhost", server.orElseThrow().port());
    try {
      return DfdaemonUploadGrpc.newBlockingStub(channel)
          .withDeadlineAfter(30, TimeUnit.SECONDS)
          .statTask(StatTaskRequest.newBuilder().setTaskId("abc").build())
          .getId();
    } finally {
      channel.shutdownNow();
      assertThat(channel.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  private void assertUnavailable(Optional<TlsConfig> tls) {
    assertThatThrownBy(() -> call(tls))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
  }

  private static void assertConfig(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String file) {
    assertThatThrownBy(call)
        .isInstanceOf(DragonflyException.class)
        .hasMessageContaining(file)
        .extracting(e -> ((DragonflyException) e).code())
        .isEqualTo(ErrorCode.CONFIG);
  }
}
