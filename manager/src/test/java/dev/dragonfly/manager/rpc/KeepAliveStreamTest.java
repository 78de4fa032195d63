package dev.dragonfly.manager.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Empty;
import dev.dragonfly.api.manager.v2.KeepAliveRequest;
import dev.dragonfly.api.manager.v2.ManagerGrpc;
import dev.dragonfly.api.manager.v2.SourceType;
import dev.dragonfly.manager.app.RunningManager;
import dev.dragonfly.manager.dynconfig.JsonDocument;
import dev.dragonfly.manager.instance.InstanceKey;
import dev.dragonfly.manager.instance.InstanceKind;
import dev.dragonfly.manager.instance.InstanceState;
import dev.dragonfly.manager.instance.Registrations;
import dev.dragonfly.manager.instance.SchedulerRegistration;
import dev.dragonfly.manager.instance.SchedulerStore;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Keep-alive streams over a real channel. */
@ExtendWith(RunningManager.Extension.class)
final class KeepAliveStreamTest {
  private final RunningManager running;
  private final ManagedChannel channel;

  KeepAliveStreamTest(RunningManager running) {
    this.running = running;
    this.channel = running.channel();
  }

  @BeforeEach
  void oneScheduler() {
    running.clear();
    running
        .bean(Registrations.class)
        .register(
            new SchedulerRegistration(
                new InstanceKey(InstanceKind.SCHEDULER, "s1", "127.0.0.1", 1),
                8002,
                "",
                "",
                List.of("schedule"),
                JsonDocument.EMPTY));
  }

  @AfterEach
  void close() throws InterruptedException {
    channel.shutdownNow();
    assertThat(channel.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aStreamIsActiveFromItsFirstMessageToItsEnd() {
    Outcome outcome = new Outcome();
    StreamObserver<KeepAliveRequest> stream = stream(outcome);
    stream.onNext(message("s1"));
    awaitState(InstanceState.ACTIVE);
    stream.onNext(message("s1"));
    stream.onCompleted();
    assertThat(outcome.status()).isEqualTo(Status.Code.OK);
    awaitState(InstanceState.INACTIVE);
  }

  @Test
  void aBrokenStreamMakesInactive() {
    StreamObserver<KeepAliveRequest> stream = stream(new Outcome());
    stream.onNext(message("s1"));
    awaitState(InstanceState.ACTIVE);
    stream.onError(Status.CANCELLED.asException());
    awaitState(InstanceState.INACTIVE);
  }

  @Test
  void anUnknownSchedulerIsToldSo() {
    Outcome outcome = new Outcome();
    stream(outcome).onNext(message("stranger"));
    assertThat(outcome.status()).isEqualTo(Status.Code.NOT_FOUND);
  }

  @Test
  void aFirstMessageThatBreaksTheRulesIsRefused() {
    Outcome outcome = new Outcome();
    stream(outcome).onNext(message("no_host"));
    assertThat(outcome.status()).isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void aStreamSpeaksForOneInstanceToItsEnd() {
    Outcome outcome = new Outcome();
    StreamObserver<KeepAliveRequest> stream = stream(outcome);
    stream.onNext(message("s1"));
    awaitState(InstanceState.ACTIVE);
    stream.onNext(message("s2"));
    assertThat(outcome.status()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    awaitState(InstanceState.INACTIVE);
  }

  @Test
  void anOrdinaryPeerMayKeepAliveWithoutEffect() {
    Outcome outcome = new Outcome();
    StreamObserver<KeepAliveRequest> stream = stream(outcome);
    stream.onNext(message("s1").toBuilder().setSourceType(SourceType.PEER_SOURCE).build());
    stream.onCompleted();
    assertThat(outcome.status()).isEqualTo(Status.Code.OK);
    assertThat(state()).isEqualTo(InstanceState.INACTIVE);
  }

  private StreamObserver<KeepAliveRequest> stream(Outcome outcome) {
    return ManagerGrpc.newStub(channel).keepAlive(outcome);
  }

  private static KeepAliveRequest message(String hostname) {
    return KeepAliveRequest.newBuilder()
        .setSourceType(SourceType.SCHEDULER_SOURCE)
        .setHostname(hostname)
        .setIp("127.0.0.1")
        .setClusterId(1)
        .build();
  }

  private InstanceState state() {
    return running.bean(SchedulerStore.class).find("s1", 1).orElseThrow().state();
  }

  private void awaitState(InstanceState expected) {
    Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> state() == expected);
  }

  /** How a stream ended. */
  private static final class Outcome implements StreamObserver<Empty> {
    private final CompletableFuture<Status.Code> code = new CompletableFuture<>();

    @Override
    public void onNext(Empty value) {}

    @Override
    public void onError(Throwable failure) {
      code.complete(Status.fromThrowable(failure).getCode());
    }

    @Override
    public void onCompleted() {
      code.complete(Status.Code.OK);
    }

    Status.Code status() {
      return code.orTimeout(10, TimeUnit.SECONDS).join();
    }
  }
}
