package dev.dragonfly.dfdaemon.client;

import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import dev.dragonfly.api.ext.v1.ReportHoldingsRequest;
import dev.dragonfly.api.ext.v1.ReportHoldingsResponse;
import dev.dragonfly.api.ext.v1.ReportWrongContentRequest;
import dev.dragonfly.api.ext.v1.ReportWrongContentResponse;
import dev.dragonfly.api.ext.v1.SchedulerExtGrpc;
import dev.dragonfly.api.scheduler.v2.AnnounceHostRequest;
import dev.dragonfly.api.scheduler.v2.AnnouncePeerRequest;
import dev.dragonfly.api.scheduler.v2.AnnouncePeerResponse;
import dev.dragonfly.api.scheduler.v2.DeleteHostRequest;
import dev.dragonfly.api.scheduler.v2.DeletePeerRequest;
import dev.dragonfly.api.scheduler.v2.DeleteTaskRequest;
import dev.dragonfly.api.scheduler.v2.MetadataOnlyResponse;
import dev.dragonfly.api.scheduler.v2.SchedulerGrpc;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.HostStats;
import dev.dragonfly.common.host.HostType;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.Status;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A scheduler on a loopback port that answers a register, and ends the stream at a last word. */
public final class FakeSchedulerServer implements AutoCloseable {

  public final BlockingQueue<Message> received = new LinkedBlockingQueue<>();
  private final Server server;
  private volatile boolean knowsHost = true;

  /** Starts one; {@code extended} is whether it has our service. */
  public static FakeSchedulerServer start(int port, boolean extended) throws IOException {
    return new FakeSchedulerServer(port, extended);
  }

  private FakeSchedulerServer(int port, boolean extended) throws IOException {
    ServerBuilder<?> builder =
        Grpc.newServerBuilderForPort(port, InsecureServerCredentials.create())
            .addService(new SchedulerService())
            .addService(new HealthStatusManager().getHealthService());
    if (extended) {
      builder.addService(new ExtService());
    }
    server = builder.build().start();
  }

  public InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), server.getPort());
  }

  /** A host that announces itself. */
  public static Host host(HostId id) {
    return new Host(
        id,
        HostType.NORMAL,
        "node",
        "10.0.0.9",
        4000,
        4005,
        4001,
        Optional.empty(),
        Optional.empty(),
        1,
        false,
        Optional.empty(),
        1,
        HostStats.NONE);
  }

  /** The host is unknown until it is announced. */
  public void forgetHost() {
    knowsHost = false;
  }

  /** The next message of this type; others before it are passed over. */
  public <T extends Message> T next(Class<T> type) throws InterruptedException {
    while (true) {
      Message message = received.poll(10, TimeUnit.SECONDS);
      if (message == null) {
        throw new AssertionError("no " + type.getSimpleName() + " came within 10 s");
      }
      if (type.isInstance(message)) {
        return type.cast(message);
      }
    }
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

  private final class SchedulerService extends SchedulerGrpc.SchedulerImplBase {

    @Override
    public StreamObserver<AnnouncePeerRequest> announcePeer(
        StreamObserver<AnnouncePeerResponse> answers) {
      return new StreamObserver<>() {
        @Override
        public void onNext(AnnouncePeerRequest request) {
          received.add(request);
          if (!knowsHost) {
            answers.onError(Status.NOT_FOUND.withDescription("host").asRuntimeException());
          } else if (request.hasRegisterPeerRequest()) {
            answers.onNext(
                AnnouncePeerResponse.newBuilder()
                    .setMetadataOnlyResponse(MetadataOnlyResponse.getDefaultInstance())
                    .build());
          } else if (request.hasDownloadPeerFinishedRequest()) {
            answers.onCompleted();
          }
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
      };
    }

    @Override
    public void announceHost(AnnounceHostRequest request, StreamObserver<Empty> answer) {
      knowsHost = true;
      answer(request, answer);
    }

    @Override
    public void deleteHost(DeleteHostRequest request, StreamObserver<Empty> answer) {
      answer(request, answer);
    }

    @Override
    public void deletePeer(DeletePeerRequest request, StreamObserver<Empty> answer) {
      answer(request, answer);
    }

    @Override
    public void deleteTask(DeleteTaskRequest request, StreamObserver<Empty> answer) {
      answer(request, answer);
    }

    private void answer(Message request, StreamObserver<Empty> answer) {
      received.add(request);
      answer.onNext(Empty.getDefaultInstance());
      answer.onCompleted();
    }
  }

  private final class ExtService extends SchedulerExtGrpc.SchedulerExtImplBase {

    @Override
    public void reportHoldings(
        ReportHoldingsRequest request, StreamObserver<ReportHoldingsResponse> answer) {
      received.add(request);
      answer.onNext(ReportHoldingsResponse.newBuilder().setSendAll(request.getProbe()).build());
      answer.onCompleted();
    }

    @Override
    public void reportWrongContent(
        ReportWrongContentRequest request, StreamObserver<ReportWrongContentResponse> answer) {
      received.add(request);
      answer.onNext(ReportWrongContentResponse.getDefaultInstance());
      answer.onCompleted();
    }
  }
}
