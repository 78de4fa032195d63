package dev.dragonfly.scheduler.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Empty;
import dev.dragonfly.api.ext.v1.FindTaskRequest;
import dev.dragonfly.api.ext.v1.FindTaskResponse;
import dev.dragonfly.api.ext.v1.SchedulerJobsGrpc;
import dev.dragonfly.api.scheduler.v2.AnnounceHostRequest;
import dev.dragonfly.api.scheduler.v2.PreheatFileRequest;
import dev.dragonfly.api.scheduler.v2.SchedulerGrpc;
import dev.dragonfly.common.config.Secret;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.grpc.GrpcServers;
import dev.dragonfly.common.manager.JoinToken;
import dev.dragonfly.common.testing.ManualTime;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JobGuardTest {
  private static final JoinToken TOKEN = JoinToken.of(Secret.of("0123456789abcdef".repeat(2)));
  private static final JoinToken OTHER = JoinToken.of(Secret.of("fedcba9876543210".repeat(2)));

  private Optional<GrpcServers.Running> server = Optional.empty();
  private Optional<ManagedChannel> channel = Optional.empty();

  @AfterEach
  void stop() {
    channel.ifPresent(ManagedChannel::shutdownNow);
    server.ifPresent(GrpcServers.Running::close);
  }

  @Test
  void jobsNeedTheTokenAndDaemonsDoNot() {
    Channel plain = serve(Optional.of(TOKEN));
    refused("no join token", () -> find(plain));
    refused("another join token", () -> find(with(OTHER, plain)));
    refused("no join token", () -> preheat(plain));
    find(with(TOKEN, plain));
    preheat(with(TOKEN, plain));
    assertThat(
            SchedulerGrpc.newBlockingStub(plain)
                .announceHost(AnnounceHostRequest.getDefaultInstance()))
        .isEqualTo(Empty.getDefaultInstance());
  }

  @Test
  void aSchedulerWithoutATokenLetsEverybodyPass() {
    Channel plain = serve(Optional.empty());
    find(plain);
    preheat(plain);
  }

  private Channel serve(Optional<JoinToken> token) {
    JobGuard guard = new JobGuard(token, new ManualTime());
    SchedulerJobsGrpc.SchedulerJobsImplBase jobs =
        new SchedulerJobsGrpc.SchedulerJobsImplBase() {
          @Override
          public void findTask(FindTaskRequest request, StreamObserver<FindTaskResponse> observer) {
            observer.onNext(FindTaskResponse.getDefaultInstance());
            observer.onCompleted();
          }
        };
    SchedulerGrpc.SchedulerImplBase scheduler =
        new SchedulerGrpc.SchedulerImplBase() {
          @Override
          public void announceHost(AnnounceHostRequest request, StreamObserver<Empty> observer) {
            observer.onNext(Empty.getDefaultInstance());
            observer.onCompleted();
          }

          @Override
          public void preheatFile(PreheatFileRequest request, StreamObserver<Empty> observer) {
            observer.onNext(Empty.getDefaultInstance());
            observer.onCompleted();
          }
        };
    GrpcServers.Running running =
        GrpcServers.tcp(
            new InetSocketAddress("127.0.0.1", 0),
            Optional.empty(),
            List.of(
                () -> ServerInterceptors.intercept(jobs, guard),
                () -> ServerInterceptors.intercept(scheduler, guard)));
    server = Optional.of(running);
    ManagedChannel opened = new GrpcChannels(Optional.empty()).tcp("127.0.0.1", running.port());
    channel = Optional.of(opened);
    return opened;
  }

  private static Channel with(JoinToken token, Channel channel) {
    return ClientInterceptors.intercept(channel, token.shown());
  }

  private static void find(Channel channel) {
    SchedulerJobsGrpc.newBlockingStub(channel).findTask(FindTaskRequest.getDefaultInstance());
  }

  private static void preheat(Channel channel) {
    SchedulerGrpc.newBlockingStub(channel).preheatFile(PreheatFileRequest.getDefaultInstance());
  }

  private static void refused(String words, ThrowingCallable call) {
    StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(refusal).isNotNull();
    assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(refusal.getMessage()).contains(words, "manager.joinToken");
  }
}
