package dev.dragonfly.dfdaemon.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.dfdaemon.v2.DeleteTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.StatLocalTaskRequest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.net.Cidr;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.dfdaemon.dynconfig.FakeSchedulers;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Strangers neither make this host download nor delete from it. */
class TriggerGuardTest {
  private static final InetSocketAddress STRANGER = address("10.0.0.9", 50_000);

  private final ManualTime time = new ManualTime();
  private final FakeSchedulers schedulers = new FakeSchedulers(address("10.0.0.1", 8002));
  private final TriggerGuard guard = new TriggerGuard(schedulers, List.of(), time);
  @TempDir private Path folder;
  private RpcFixture fixture;

  @BeforeEach
  void start() {
    fixture = new RpcFixture(folder);
    fixture.store.add(fixture.task);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void aListedSchedulerMayFromEachOfItsPorts() {
    assertThatCode(() -> guard.admit("DownloadTask", address("10.0.0.1", 50_000)))
        .doesNotThrowAnyException();
    assertThatCode(() -> guard.admit("DownloadTask", address("::ffff:10.0.0.1", 50_000)))
        .doesNotThrowAnyException();
    assertThat(schedulers.refreshes).as("looks for others").hasValue(0);
  }

  @Test
  void aStrangerMayNotAndThisHostIsNoException() {
    refused(() -> guard.admit("DownloadTask", STRANGER));
    refused(() -> guard.admit("DeleteTask", address("127.0.0.1", 50_000)));
    refused(() -> guard.admit("DeleteTask", null));
  }

  @Test
  void aSchedulerThatHasJustJoinedIsLookedFor() {
    FakeSchedulers joining =
        new FakeSchedulers() {
          @Override
          public void lookAgain() {
            become(address("10.0.0.9", 8002));
          }
        };
    assertThatCode(() -> new TriggerGuard(joining, List.of(), time).admit("DownloadTask", STRANGER))
        .doesNotThrowAnyException();
  }

  @Test
  void theConfigurationNamesOthersThatMay() {
    TriggerGuard open = new TriggerGuard(schedulers, List.of(Cidr.parse("10.0.0.0/8")), time);
    assertThatCode(() -> open.admit("DownloadTask", STRANGER)).doesNotThrowAnyException();
  }

  @Test
  void onThePortAStrangersDownloadAndDeleteAreRefusedAndTheTaskStays() {
    fixture.schedulers.become(address("10.0.0.1", 8002));
    denied(() ->
        fixture
            .blockingUpload()
            .deleteTask(DeleteTaskRequest.newBuilder().setTaskId(RpcFixture.ID.value()).build()));
    denied(() ->
        fixture
            .blockingUpload()
            .downloadTask(
                DownloadTaskRequest.newBuilder()
                    .setDownload(Download.newBuilder().setUrl("http://origin.test/file"))
                    .build())
            .next());
    assertThat(fixture.runner.wasAsked()).isFalse();
    assertThat(fixture.store.find(RpcFixture.ID)).isPresent();
    assertThat(
            fixture
                .blockingUpload()
                .statLocalTask(
                    StatLocalTaskRequest.newBuilder().setTaskId(RpcFixture.ID.value()).build())
                .getTaskId())
        .as("peers may still ask")
        .isEqualTo(RpcFixture.ID.value());
  }

  @Test
  void onThePortAListedSchedulerDeletesAndAsks() {
    StatLocalTaskRequest stat =
        StatLocalTaskRequest.newBuilder().setTaskId(RpcFixture.ID.value()).build();
    assertThat(fixture.blockingUpload().statLocalTask(stat).getTaskId())
        .isEqualTo(RpcFixture.ID.value());
    fixture
        .blockingUpload()
        .deleteTask(DeleteTaskRequest.newBuilder().setTaskId(RpcFixture.ID.value()).build());
    assertThat(fixture.store.find(RpcFixture.ID)).isEmpty();
  }

  @Test
  void moreDownloadsThanMayRunAreRefused() throws Exception {
    for (int i = 0; i < 256; i++) {
      assertThat(guard.enter()).isTrue();
    }
    assertThat(guard.enter()).isFalse();
    guard.leave();
    assertThat(guard.enter()).isTrue();
  }

  private static void denied(ThrowingCallable call) {
    StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(refusal).isNotNull();
    assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(refusal.getMessage()).contains("127.0.0.1", "server.triggerFrom");
  }

  private static void refused(ThrowingCallable call) {
    DragonflyException refusal = catchThrowableOfType(DragonflyException.class, call);
    assertThat(refusal).isNotNull();
    assertThat(refusal.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
  }

  private static InetSocketAddress address(String ip, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(ip), port);
  }
}
