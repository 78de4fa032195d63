package dev.dragonfly.manager.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.Empty;
import dev.dragonfly.api.manager.v2.GetSchedulerRequest;
import dev.dragonfly.api.manager.v2.KeepAliveRequest;
import dev.dragonfly.api.manager.v2.ManagerGrpc;
import dev.dragonfly.api.manager.v2.Scheduler;
import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.grpc.GrpcServers;
import dev.dragonfly.common.grpc.ServerLimits;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerInterceptors;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A flood of calls waits, and signs of life pass it by. */
final class CallLimitTest {
  private final CountDownLatch database = new CountDownLatch(1);
  private final Semaphore working = new Semaphore(0);
  private final Semaphore signs = new Semaphore(0);
  private final ExecutorService threads = Threads.newVirtualExecutor("call-limit-test");
  private final GrpcServers.Running server =
      GrpcServers.tcp(
          new InetSocketAddress("127.0.0.1", 0),
          Optional.empty(),
          ServerLimits.DEFAULT,
          List.of(() -> ServerInterceptors.intercept(new SlowManager(), new CallLimit(3))),
          threads);
  private final ManagedChannel channel =
      new GrpcChannels(Optional.empty()).tcp("127.0.0.1", server.port());

  @AfterEach
  void close() {
    database.countDown();
    channel.shutdownNow();
    server.close();
    threads.shutdownNow();
  }

  @Test
  void twoOfThreeConnectionsAreForCallsAndNoneOfThemKeepsASignOfLifeWaiting() throws Exception {
    List<ListenableFuture<Scheduler>> calls = ask(20);
    assertThat(working.tryAcquire(2, 10, TimeUnit.SECONDS)).isTrue();

    ManagerGrpc.newStub(channel)
        .keepAlive(
            new StreamObserver<Empty>() {
              @Override
              public void onNext(Empty value) {}

              @Override
              public void onError(Throwable failure) {}

              @Override
              public void onCompleted() {}
            })
        .onNext(KeepAliveRequest.getDefaultInstance());

    assertThat(signs.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
    assertThat(working.tryAcquire()).as("a third call at the database").isFalse();
    database.countDown();
    calls.getFirst().get(10, TimeUnit.SECONDS);
  }

  @Test
  void moreCallsThanCanWaitAreRefusedAtOnce() throws Exception {
    List<ListenableFuture<Scheduler>> calls = ask(300);
    // In no order: only who is refused gets an answer while the database gives none.
    Semaphore answered = new Semaphore(0);
    calls.forEach(call -> call.addListener(answered::release, threads));
    assertThat(answered.tryAcquire(44, 10, TimeUnit.SECONDS)).isTrue();
    database.countDown();
    int refused = 0;
    for (ListenableFuture<Scheduler> call : calls) {
      try {
        call.get(10, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        assertThat(e).hasMessageContaining("RESOURCE_EXHAUSTED").hasMessageContaining("busy");
        refused++;
      }
    }
    assertThat(refused).isGreaterThanOrEqualTo(44);
  }

  @Test
  void callsThatAreLeftHalfSentKeepNobodyOut() throws Exception {
    // As a stream, because a client of unary calls sends nothing before it has everything.
    MethodDescriptor<GetSchedulerRequest, Scheduler> method =
        ManagerGrpc.getGetSchedulerMethod().toBuilder()
            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
            .build();
    for (int i = 0; i < 300; i++) {
      ClientCall<GetSchedulerRequest, Scheduler> half =
          channel.newCall(method, CallOptions.DEFAULT);
      half.start(new ClientCall.Listener<>() {}, new Metadata());
      half.sendMessage(GetSchedulerRequest.getDefaultInstance());
    }
    database.countDown();

    assertThat(ask(1).getFirst().get(10, TimeUnit.SECONDS)).isNotNull();
  }

  private List<ListenableFuture<Scheduler>> ask(int times) {
    List<ListenableFuture<Scheduler>> calls = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      calls.add(
          ManagerGrpc.newFutureStub(channel)
              .getScheduler(GetSchedulerRequest.getDefaultInstance()));
    }
    return calls;
  }

  /** Its database does not answer before the test says so. */
  private final class SlowManager extends ManagerGrpc.ManagerImplBase {
    @Override
    public void getScheduler(GetSchedulerRequest request, StreamObserver<Scheduler> answer) {
      working.release();
      try {
        if (!database.await(20, TimeUnit.SECONDS)) {
          throw new AssertionError("the test did not end");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      answer.onNext(Scheduler.getDefaultInstance());
      answer.onCompleted();
    }

    @Override
    public StreamObserver<KeepAliveRequest> keepAlive(StreamObserver<Empty> answer) {
      return new StreamObserver<>() {
        @Override
        public void onNext(KeepAliveRequest request) {
          signs.release();
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
      };
    }
  }
}
