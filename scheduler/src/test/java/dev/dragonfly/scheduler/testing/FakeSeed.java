package dev.dragonfly.scheduler.testing;

import dev.dragonfly.api.dfdaemon.v2.DfdaemonUploadGrpc;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskResponse;
import dev.dragonfly.common.grpc.GrpcServers;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The upload service of a seed that only notes what it is asked; the test plays its part. */
public final class FakeSeed extends DfdaemonUploadGrpc.DfdaemonUploadImplBase
    implements AutoCloseable {
  private final GrpcServers.Running server;
  private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();

  /** One call of the scheduler. */
  public record Asked(DownloadTaskRequest request, StreamObserver<DownloadTaskResponse> answer) {
    public void succeed() {
      answer.onCompleted();
    }

    public void fail() {
      answer.onError(Status.INTERNAL.withDescription("the seed cannot").asRuntimeException());
    }
  }

  public FakeSeed() {
    server =
        GrpcServers.tcp(new InetSocketAddress("127.0.0.1", 0), Optional.empty(), List.of(this));
  }

  public int port() {
    return server.port();
  }

  /** The next call. */
  public Asked next() throws InterruptedException {
    Asked next = asked.poll(15, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("the seed was not asked");
    }
    return next;
  }

  /** The next call within so many seconds, or null. */
  public @Nullable Asked poll(long seconds) throws InterruptedException {
    return asked.poll(seconds, TimeUnit.SECONDS);
  }

  /** Calls that nobody looked at. */
  public int unseen() {
    return asked.size();
  }

  @Override
  public void downloadTask(
      DownloadTaskRequest request, StreamObserver<DownloadTaskResponse> observer) {
    asked.add(new Asked(request, observer));
  }

  @Override
  public void close() {
    server.close();
  }
}
