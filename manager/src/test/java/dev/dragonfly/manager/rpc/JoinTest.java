package dev.dragonfly.manager.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Empty;
import dev.dragonfly.api.manager.v2.DeleteSeedPeerRequest;
import dev.dragonfly.api.manager.v2.KeepAliveRequest;
import dev.dragonfly.api.manager.v2.ListSchedulersRequest;
import dev.dragonfly.api.manager.v2.ManagerGrpc;
import dev.dragonfly.api.manager.v2.SourceType;
import dev.dragonfly.api.manager.v2.UpdateSchedulerRequest;
import dev.dragonfly.api.manager.v2.UpdateSeedPeerRequest;
import dev.dragonfly.common.config.Secret;
import dev.dragonfly.common.grpc.CallMeter;
import dev.dragonfly.common.manager.JoinToken;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.manager.app.RunningManager;
import dev.dragonfly.manager.instance.SchedulerStore;
import dev.dragonfly.manager.instance.SeedPeerStore;
import dev.dragonfly.manager.security.JoinGate;
import dev.dragonfly.manager.security.SecurityConfig;
import dev.dragonfly.manager.security.SharedSecrets;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nobody becomes a scheduler or seed peer of the fleet without the token. */
@ExtendWith(RunningManager.Extension.class)
final class JoinTest {
  private static final JoinToken TOKEN =
      JoinToken.of(Secret.of("the-token-of-this-test-the-token"));
  private static final JoinToken WRONG =
      JoinToken.of(Secret.of("the-token-of-another-test-a-token"));

  private final RunningManager running;
  private final List<ManagedChannel> channels = new ArrayList<>();

  JoinTest(RunningManager running) {
    this.running = running;
  }

  @BeforeEach
  void clear() {
    running.clear();
  }

  @AfterEach
  void close() {
    channels.forEach(ManagedChannel::shutdownNow);
  }

  @Test
  void withoutATokenNothingChanges() {
    everythingIsRefused(manager(running.grpcAddress()), "no join token");
  }

  @Test
  void aFloodWithoutATokenLeavesNoRow() {
    ManagerGrpc.ManagerBlockingStub stranger = manager(running.grpcAddress());
    for (int i = 0; i < 300; i++) {
      UpdateSchedulerRequest request = scheduler().toBuilder().setHostname("flood-" + i).build();
      refused("no join token", () -> stranger.updateScheduler(request));
    }
    assertThat(running.bean(SchedulerStore.class).count()).isZero();
    assertThat(running.bean(SeedPeerStore.class).count()).isZero();
  }

  @Test
  void withAWrongTokenNothingChanges() {
    everythingIsRefused(manager(running.grpcAddress(), WRONG.shown()), "a wrong join token");
  }

  @Test
  void whoOnlyAsksNeedsNoToken() {
    assertThat(
            manager(running.grpcAddress())
                .listSchedulers(
                    ListSchedulersRequest.newBuilder().setHostname("d1").setIp("127.0.0.1").build())
                .getSchedulersCount())
        .isZero();
  }

  @Test
  void theTokenThatWasMadeUpIsInAFileForTheManagersUser() throws IOException {
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(running.joinTokenFile())))
        .isEqualTo("rw-------");
    String token = Files.readString(running.joinTokenFile()).strip();
    assertThat(token).hasSize(43).matches("[A-Za-z0-9_-]+");
    manager(running.grpcAddress(), JoinToken.of(Secret.of(token)).shown())
        .updateScheduler(scheduler());
    assertThat(running.bean(SchedulerStore.class).find("s1", 1)).isPresent();
  }

  @Test
  void aMixedFleetTakesInWhoShowsNothingAndStillRefusesAWrongToken() {
    try (GrpcEndpoint mixed = endpoint(true)) {
      String address = "127.0.0.1:" + mixed.port();
      everythingIsRefused(manager(address, WRONG.shown()), "a wrong join token");
      manager(address).updateScheduler(scheduler());
      manager(address, TOKEN.shown()).updateSeedPeer(seedPeer());
      assertThat(running.bean(SchedulerStore.class).find("s1", 1)).isPresent();
      assertThat(running.bean(SeedPeerStore.class).find("p1", 1)).isPresent();
    }
  }

  @Test
  void aConfiguredTokenIsTheOnlyOne() throws IOException {
    String madeUp = Files.readString(running.joinTokenFile()).strip();
    try (GrpcEndpoint configured = endpoint(false)) {
      String address = "127.0.0.1:" + configured.port();
      everythingIsRefused(
          manager(address, JoinToken.of(Secret.of(madeUp)).shown()), "a wrong join token");
      manager(address, TOKEN.shown()).updateScheduler(scheduler());
      assertThat(running.bean(SchedulerStore.class).find("s1", 1)).isPresent();
    }
  }

  private GrpcEndpoint endpoint(boolean mixed) {
    JoinGate gate =
        new JoinGate(
            new SecurityConfig(Optional.of(TOKEN), null, mixed), running.bean(SharedSecrets.class));
    gate.start();
    GrpcEndpoint endpoint =
        new GrpcEndpoint(
            new InetSocketAddress("127.0.0.1", 0),
            List.of(running.bean(ManagerService.class)),
            gate,
            4,
            running.bean(Time.class),
            new CallMeter(new SimpleMeterRegistry()));
    endpoint.start();
    return endpoint;
  }

  private void everythingIsRefused(ManagerGrpc.ManagerBlockingStub manager, String reason) {
    refused(reason, () -> manager.updateScheduler(scheduler()));
    refused(reason, () -> manager.updateSeedPeer(seedPeer()));
    refused(
        reason,
        () ->
            manager.deleteSeedPeer(
                DeleteSeedPeerRequest.newBuilder()
                    .setHostname("p1")
                    .setSeedPeerClusterId(1)
                    .build()));
    assertThat(keepAlive(manager)).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(running.bean(SchedulerStore.class).find("s1", 1)).isEmpty();
    assertThat(running.bean(SeedPeerStore.class).find("p1", 1)).isEmpty();
  }

  private static Status.Code keepAlive(ManagerGrpc.ManagerBlockingStub manager) {
    CompletableFuture<Status.Code> end = new CompletableFuture<>();
    ManagerGrpc.newStub(manager.getChannel())
        .keepAlive(
            new StreamObserver<Empty>() {
              @Override
              public void onNext(Empty value) {}

              @Override
              public void onError(Throwable failure) {
                end.complete(Status.fromThrowable(failure).getCode());
              }

              @Override
              public void onCompleted() {
                end.complete(Status.Code.OK);
              }
            })
        .onNext(
            KeepAliveRequest.newBuilder()
                .setSourceType(SourceType.SCHEDULER_SOURCE)
                .setHostname("s1")
                .setIp("127.0.0.1")
                .setClusterId(1)
                .build());
    return end.orTimeout(10, TimeUnit.SECONDS).join();
  }

  private static void refused(String reason, ThrowingCallable call) {
    StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(refusal).isNotNull();
    assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(refusal.getMessage())
        .contains(reason, "manager.joinToken", "security.joinTokenFile", "security.mixed");
  }

  private ManagerGrpc.ManagerBlockingStub manager(
      String address, ClientInterceptor... interceptors) {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget(address).usePlaintext().intercept(interceptors).build();
    channels.add(channel);
    return ManagerGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  private static UpdateSchedulerRequest scheduler() {
    return UpdateSchedulerRequest.newBuilder()
        .setSourceType(SourceType.SCHEDULER_SOURCE)
        .setHostname("s1")
        .setIp("127.0.0.1")
        .setPort(8002)
        .setSchedulerClusterId(1)
        .build();
  }

  private static UpdateSeedPeerRequest seedPeer() {
    return UpdateSeedPeerRequest.newBuilder()
        .setSourceType(SourceType.SEED_PEER_SOURCE)
        .setHostname("p1")
        .setType("super")
        .setIp("127.0.0.1")
        .setPort(8101)
        .setDownloadPort(8103)
        .setSeedPeerClusterId(1)
        .build();
  }
}
