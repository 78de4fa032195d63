package dev.dragonfly.dfdaemon.client;

import com.google.protobuf.Empty;
import dev.dragonfly.api.manager.v2.KeepAliveRequest;
import dev.dragonfly.api.manager.v2.ManagerGrpc;
import dev.dragonfly.api.manager.v2.SourceType;
import dev.dragonfly.api.manager.v2.UpdateSeedPeerRequest;
import dev.dragonfly.common.error.DragonflyException;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** The register of seed peers over gRPC. Owns its channel. */
public final class GrpcSeedPeerRegistry implements SeedPeerRegistry {
  private static final long DEADLINE_SECONDS = 10;

  /** The only type that managers take. */
  private static final String TYPE = "super";

  private final ManagedChannel channel;

  public GrpcSeedPeerRegistry(ManagedChannel channel) {
    this.channel = channel;
  }

  @Override
  public void update(SeedPeer seedPeer) {
    UpdateSeedPeerRequest.Builder request =
        UpdateSeedPeerRequest.newBuilder()
            .setSourceType(SourceType.SEED_PEER_SOURCE)
            .setHostname(seedPeer.hostname())
            .setType(TYPE)
            .setIp(seedPeer.ip())
            .setPort(seedPeer.port())
            .setDownloadPort(seedPeer.downloadPort())
            .setSeedPeerClusterId(seedPeer.clusterId());
    seedPeer.idc().ifPresent(request::setIdc);
    seedPeer.location().ifPresent(request::setLocation);
    if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      channel.resetConnectBackoff();
    }
    try {
      ManagerGrpc.ManagerBlockingStub stub =
          ManagerGrpc.newBlockingStub(channel)
              .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
      stub.updateSeedPeer(request.build());
    } catch (StatusRuntimeException e) {
      throw CallFailure.of(
          "registering seed peer %s at the manager %s, a retry is safe: "
              .formatted(seedPeer.hostname(), channel.authority()),
          e);
    }
  }

  @Override
  public KeepAlive keepAlive(SeedPeer seedPeer, Consumer<Optional<DragonflyException>> ended) {
    KeepAliveRequest beat =
        KeepAliveRequest.newBuilder()
            .setSourceType(SourceType.SEED_PEER_SOURCE)
            .setHostname(seedPeer.hostname())
            .setIp(seedPeer.ip())
            .setClusterId(seedPeer.clusterId())
            .build();
    ClientCall<KeepAliveRequest, Empty> call =
        channel.newCall(ManagerGrpc.getKeepAliveMethod(), CallOptions.DEFAULT);
    Beats beats = new Beats(call, beat);
    call.start(new Ending(ended), new Metadata());
    call.request(1);
    beats.beat();
    return beats;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  /** Sends under a lock, as a call takes messages from one thread at a time. */
  private static final class Beats implements KeepAlive {

    private final ClientCall<KeepAliveRequest, Empty> call;
    private final KeepAliveRequest beat;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean over;
    private boolean begun;

    Beats(ClientCall<KeepAliveRequest, Empty> call, KeepAliveRequest beat) {
      this.call = call;
      this.beat = beat;
    }

    /** Beats that a slow connection does not take are left out; the first is kept for it. */
    @Override
    public void beat() {
      lock.lock();
      try {
        if (!over && (!begun || call.isReady())) {
          begun = true;
          call.sendMessage(beat);
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        if (!over) {
          over = true;
          call.halfClose();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private static final class Ending extends ClientCall.Listener<Empty> {

    private final Consumer<Optional<DragonflyException>> ended;

    Ending(Consumer<Optional<DragonflyException>> ended) {
      this.ended = ended;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      ended.accept(
          status.isOk() ? Optional.empty() : Optional.of(CallFailure.of(status, trailers)));
    }
  }
}
