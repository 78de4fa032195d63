package dev.dragonfly.common.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.api.common.v2.Host;
import dev.dragonfly.api.dfdaemon.v2.DeleteTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DfdaemonUploadGrpc;
import dev.dragonfly.api.dfdaemon.v2.DfdaemonUploadGrpc.DfdaemonUploadBlockingStub;
import dev.dragonfly.api.dfdaemon.v2.StatTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.SyncHostRequest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.time.SystemTime;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class GrpcServersTest {
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @TempDir private Path folder;

  private final EchoService service = new EchoService();
  private final GrpcServers.Running server =
      GrpcServers.tcp(ANY, Optional.empty(), List.of(service));
  private final ManagedChannel channel =
      new GrpcChannels(Optional.empty()).tcp("127.0.0.1", server.port());

  @AfterEach
  void close() throws InterruptedException {
    end(channel);
    server.close();
  }

  @Test
  void aCallIsAnswered() {
    assertThat(stat(stub(), "abc")).isEqualTo("abc");
  }

  @Test
  void whatIsNotOfferedIsUnimplemented() {
    assertThatThrownBy(() -> stub().deleteTask(DeleteTaskRequest.getDefaultInstance()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
  }

  @Test
  void healthIsToldOverTheWire() {
    HealthGrpc.HealthBlockingStub health =
        HealthGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);

    assertThat(health.check(HealthCheckRequest.getDefaultInstance()).getStatus())
        .isEqualTo(ServingStatus.SERVING);

    server.health().setStatus("", ServingStatus.NOT_SERVING);
    assertThat(health.check(HealthCheckRequest.getDefaultInstance()).getStatus())
        .isEqualTo(ServingStatus.NOT_SERVING);
  }

  @Test
  void whoAsksForHealthIsToldTheTimeToo() {
    Instant before = SystemTime.INSTANCE.now().truncatedTo(ChronoUnit.SECONDS);

    HealthCall.Answer answer = HealthCall.ask(channel, Duration.ofSeconds(20));

    assertThat(answer)
        .isInstanceOfSatisfying(
            HealthCall.Answer.Answered.class,
            told -> {
              assertThat(told.isServing()).isTrue();
              assertThat(told.date().orElseThrow()).isBetween(before, SystemTime.INSTANCE.now());
            });
  }

  @Test
  void whoAsksForHealthWhereNobodyListensIsToldWhy() {
    server.close();

    assertThat(HealthCall.ask(channel, Duration.ofSeconds(20)))
        .isInstanceOfSatisfying(
            HealthCall.Answer.Silent.class,
            silent -> assertThat(silent.why()).contains("Connection refused"));
  }

  @Test
  void aMessageOfAlmost4MiBPasses() {
    assertThat(stat(stub(), "x".repeat((4 << 20) - 64))).hasSize((4 << 20) - 64);
  }

  @Test
  void aStreamThatEndedIsResetWhileTheClientsSideIsOpen() throws Exception {
    try (RawHttp2 client = RawHttp2.connect(server.port(), Optional.empty())) {
      client.request("/no.such.Service/Method");

      assertThat(client.next(Http2HeadersFrame.class).headers().get("grpc-status"))
          .hasToString("12");
      assertThat(client.next(Http2ResetFrame.class).errorCode()).isZero();
    }
  }

  @Test
  void aLongLivedStreamHasHeadersAtOnceAndNoDeadline() throws Exception {
    CompletableFuture<Metadata> headers = new CompletableFuture<>();
    ClientCall<SyncHostRequest, Host> call =
        channel.newCall(
            DfdaemonUploadGrpc.getSyncHostMethod(),
            CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS));
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onHeaders(Metadata received) {
            headers.complete(received);
          }
        },
        new Metadata());
    call.sendMessage(SyncHostRequest.getDefaultInstance());
    call.halfClose();
    call.request(1);

    assertThat(headers.get(10, TimeUnit.SECONDS)).isNotNull();
    StreamObserver<Host> answers = service.open.poll(10, TimeUnit.SECONDS);
    assertThat(answers).isNotNull();
    assertThat(service.hadDeadline()).isFalse();
    call.cancel("done", null);
  }

  @Test
  void closingEndsStreamsThatAreOpen() throws Exception {
    CompletableFuture<Status> end = new CompletableFuture<>();
    ClientCall<SyncHostRequest, Host> call =
        channel.newCall(DfdaemonUploadGrpc.getSyncHostMethod(), CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(status);
          }
        },
        new Metadata());
    call.sendMessage(SyncHostRequest.getDefaultInstance());
    call.halfClose();
    call.request(1);
    assertThat(service.open.poll(10, TimeUnit.SECONDS)).isNotNull();

    server.close();

    assertThat(end.get(10, TimeUnit.SECONDS).isOk()).isFalse();
    assertThat(server.server().isTerminated()).isTrue();
  }

  @Test
  void aPortInUseIsNamed() {
    InetSocketAddress used = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());

    assertThatThrownBy(() -> GrpcServers.tcp(used, Optional.empty(), List.of()))
        .isInstanceOf(DragonflyException.class)
        .hasMessageContaining(":" + server.port())
        .hasMessageContaining("is it in use?")
        .extracting(e -> ((DragonflyException) e).code())
        .isEqualTo(ErrorCode.CONFIG);
  }

  @Test
  void aUnixSocketWorksLikeAPort() throws InterruptedException {
    Path socket = folder.resolve("d.sock");
    try (GrpcServers.Running unix = GrpcServers.unixSocket(socket, List.of(service))) {
      ManagedChannel local = GrpcChannels.unixSocket(socket);
      try {
        assertThat(stat(DfdaemonUploadGrpc.newBlockingStub(local), "abc")).isEqualTo("abc");
        assertThat(unix.port()).isEqualTo(-1);
      } finally {
        end(local);
      }
    }
  }

  @Test
  void aUnixSocketThatCannotBeBoundIsNamed() {
    Path socket = folder.resolve("none").resolve("d.sock");

    assertThatThrownBy(() -> GrpcServers.unixSocket(socket, List.of()))
        .isInstanceOf(DragonflyException.class)
        .hasMessageContaining(socket.toString());
  }

  private DfdaemonUploadBlockingStub stub() {
    return DfdaemonUploadGrpc.newBlockingStub(channel);
  }

  private static String stat(DfdaemonUploadBlockingStub stub, String id) {
    return stub.withDeadlineAfter(30, TimeUnit.SECONDS)
        .statTask(StatTaskRequest.newBuilder().setTaskId(id).build())
        .getId();
  }

  private static void end(ManagedChannel channel) throws InterruptedException {
    channel.shutdownNow();
    assertThat(channel.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }
}
