package dev.dragonfly.common.testing;

import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import dev.dragonfly.api.manager.v2.GetSchedulerRequest;
import dev.dragonfly.api.manager.v2.KeepAliveRequest;
import dev.dragonfly.api.manager.v2.ListSchedulersRequest;
import dev.dragonfly.api.manager.v2.ListSchedulersResponse;
import dev.dragonfly.api.manager.v2.ManagerGrpc;
import dev.dragonfly.api.manager.v2.Scheduler;
import dev.dragonfly.api.manager.v2.SchedulerCluster;
import dev.dragonfly.api.manager.v2.SeedPeer;
import dev.dragonfly.api.manager.v2.UpdateSchedulerRequest;
import dev.dragonfly.api.manager.v2.UpdateSeedPeerRequest;
import dev.dragonfly.common.manager.JoinToken;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A manager on a loopback port that takes everybody in and lists the seeds that the test names. */
public final class FakeManager extends ManagerGrpc.ManagerImplBase
    implements ServerInterceptor, AutoCloseable {
  /** What was asked, in order; "left" when a stream of signs of life was ended by its member. */
  public final BlockingQueue<Object> received = new LinkedBlockingQueue<>();

  /** Join tokens that were shown, in order. */
  public final List<String> tokens = new CopyOnWriteArrayList<>();

  private final List<SeedPeer> seeds = new CopyOnWriteArrayList<>();
  private final List<StreamObserver<Empty>> streams = new CopyOnWriteArrayList<>();
  private final Server server;
  private volatile SchedulerCluster cluster = SchedulerCluster.getDefaultInstance();
  private volatile @Nullable Status failure;
  private volatile @Nullable ListSchedulersResponse schedulers;

  public FakeManager() {
    try {
      server =
          Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
              .addService(this)
              .intercept(this)
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return server.getPort();
  }

  /** From now on a seed peer of the cluster. */
  public void list(String hostname, String ip, int port) {
    seeds.add(SeedPeer.newBuilder().setHostname(hostname).setIp(ip).setPort(port).build());
  }

  /** What daemons are told of schedulers from now on, in place of the one of the cluster. */
  public void listSchedulers(ListSchedulersResponse schedulers) {
    this.schedulers = schedulers;
  }

  /** What the cluster of everybody who asks is like from now on. */
  public void say(SchedulerCluster cluster) {
    this.cluster = cluster;
  }

  /** No seed peer any more. */
  public void forgetSeeds() {
    seeds.clear();
  }

  /** Refuses all calls from now on; null: takes them again. */
  public void refuse(@Nullable Status status) {
    failure = status;
  }

  /** Ends all streams of signs of life. */
  public void endStreams(Status status) {
    streams.forEach(stream -> stream.onError(status.asRuntimeException()));
    streams.clear();
  }

  /** The next thing that was asked. */
  public Object next() throws InterruptedException {
    Object next = received.poll(10, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing came within 10 s");
    }
    return next;
  }

  @Override
  public <A, B> ServerCall.Listener<A> interceptCall(
      ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
    String token = headers.get(JoinToken.KEY);
    if (token != null) {
      tokens.add(token);
    }
    return next.startCall(call, headers);
  }

  @Override
  public void updateScheduler(UpdateSchedulerRequest request, StreamObserver<Scheduler> answer) {
    answer(request, answer, Scheduler.getDefaultInstance());
  }

  @Override
  public void updateSeedPeer(UpdateSeedPeerRequest request, StreamObserver<SeedPeer> answer) {
    answer(request, answer, SeedPeer.getDefaultInstance());
  }

  @Override
  public void getScheduler(GetSchedulerRequest request, StreamObserver<Scheduler> answer) {
    answer(
        request,
        answer,
        Scheduler.newBuilder().setSchedulerCluster(cluster).addAllSeedPeers(seeds).build());
  }

  @Override
  public void listSchedulers(
      ListSchedulersRequest request, StreamObserver<ListSchedulersResponse> answer) {
    ListSchedulersResponse told = schedulers;
    // Nobody serves there: daemons hear of their cluster all the same.
    answer(
        request,
        answer,
        told != null
            ? told
            : ListSchedulersResponse.newBuilder()
                .addSchedulers(
                    Scheduler.newBuilder()
                        .setIp("127.0.0.1")
                        .setPort(1)
                        .setSchedulerCluster(cluster)
                        .addAllSeedPeers(seeds))
                .build());
  }

  private <T> void answer(Message request, StreamObserver<T> answer, T value) {
    received.add(request);
    Status refusal = failure;
    if (refusal != null) {
      answer.onError(refusal.asRuntimeException());
      return;
    }
    answer.onNext(value);
    answer.onCompleted();
  }

  @Override
  public StreamObserver<KeepAliveRequest> keepAlive(StreamObserver<Empty> answer) {
    streams.add(answer);
    return new StreamObserver<>() {
      @Override
      public void onNext(KeepAliveRequest request) {
        received.add(request);
      }

      @Override
      public void onError(Throwable broken) {
        streams.remove(answer);
      }

      @Override
      public void onCompleted() {
        received.add("left");
        streams.remove(answer);
        answer.onNext(Empty.getDefaultInstance());
        answer.onCompleted();
      }
    };
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
