package dev.dragonfly.scheduler.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import dev.dragonfly.api.manager.v2.GetSchedulerRequest;
import dev.dragonfly.api.manager.v2.KeepAliveRequest;
import dev.dragonfly.api.manager.v2.ManagerGrpc;
import dev.dragonfly.api.manager.v2.Scheduler;
import dev.dragonfly.api.manager.v2.SourceType;
import dev.dragonfly.api.manager.v2.UpdateSchedulerRequest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.grpc.GrpcChannels;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The calls of a scheduler to its manager. Unary calls block for at most five seconds. */
public final class ManagerClient implements AutoCloseable {
  private static final long TIMEOUT_SECONDS = 5;

  private final ManagedChannel channel;
  private final Self self;

  /**
   * Who this scheduler is.
   *
   * @param hostname its name
   * @param ip address under which daemons reach it
   * @param port port under which daemons reach it
   * @param clusterId its cluster
   * @param idc data centre
   * @param location place
   */
  public record Self(
      String hostname,
      String ip,
      int port,
      long clusterId,
      Optional<String> idc,
      Optional<String> location) {}

  public ManagerClient(GrpcChannels channels, String host, int port, Self self) {
    this.channel = channels.tcp(host, port);
    this.self = self;
  }

  /** Registers this scheduler or brings what the manager knows up to date. */
  public void register(Duration keepAlive) {
    UpdateSchedulerRequest.Builder request =
        UpdateSchedulerRequest.newBuilder()
            .setSourceType(SourceType.SCHEDULER_SOURCE)
            .setHostname(self.hostname())
            .setSchedulerClusterId(self.clusterId())
            .setIp(self.ip())
            .setPort(self.port())
            .addFeatures("schedule")
            .setConfig(
                ByteString.copyFromUtf8(
                    "{\"manager_keep_alive_interval\":" + keepAlive.toNanos() + "}"));
    self.idc().ifPresent(request::setIdc);
    self.location().ifPresent(request::setLocation);
    try {
      blocking().updateScheduler(request.build());
    } catch (StatusRuntimeException e) {
      throw translated("Registered at the manager", e);
    }
  }

  /** The cluster's configuration as JSON text; empty text when the cluster has none. */
  public String clusterConfig() {
    GetSchedulerRequest request =
        GetSchedulerRequest.newBuilder()
            .setSourceType(SourceType.SCHEDULER_SOURCE)
            .setHostname(self.hostname())
            .setSchedulerClusterId(self.clusterId())
            .setIp(self.ip())
            .build();
    try {
      Scheduler scheduler = blocking().getScheduler(request);
      return scheduler.getSchedulerCluster().getConfig().toString(StandardCharsets.UTF_8);
    } catch (StatusRuntimeException e) {
      throw translated("Asked the manager for the cluster's configuration", e);
    }
  }

  /**
   * Opens the stream of signs of life.
   *
   * @param ended hears once why the stream ended; any thread
   */
  public Beat keepAlive(Consumer<DragonflyException> ended) {
    StreamObserver<KeepAliveRequest> stream =
        ManagerGrpc.newStub(channel).keepAlive(new Ending(ended));
    KeepAliveRequest sign =
        KeepAliveRequest.newBuilder()
            .setSourceType(SourceType.SCHEDULER_SOURCE)
            .setHostname(self.hostname())
            .setClusterId(self.clusterId())
            .setIp(self.ip())
            .build();
    return () -> stream.onNext(sign);
  }

  /** Gives one sign of life. */
  @FunctionalInterface
  public interface Beat {
    /** Sends it; harmless on a stream that has ended. */
    void send();
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  private ManagerGrpc.ManagerBlockingStub blocking() {
    return ManagerGrpc.newBlockingStub(channel)
        .withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  private static DragonflyException translated(String what, Throwable error) {
    Status status = Status.fromThrowable(error);
    ErrorCode code =
        status.getCode() == Status.Code.NOT_FOUND ? ErrorCode.NOT_FOUND : ErrorCode.UNAVAILABLE;
    return new DragonflyException(
        code, what + ": " + status.getCode() + " " + status.getDescription(), error);
  }

  /** Hears the end of the stream. */
  private record Ending(Consumer<DragonflyException> ended) implements StreamObserver<Empty> {
    @Override
    public void onNext(Empty value) {}

    @Override
    public void onError(Throwable error) {
      ended.accept(translated("Kept alive at the manager", error));
    }

    @Override
    public void onCompleted() {
      ended.accept(
          new DragonflyException(ErrorCode.UNAVAILABLE, "the manager ended the keep-alive stream"));
    }
  }
}
