package dev.dragonfly.common.manager;

import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import dev.dragonfly.api.manager.v2.KeepAliveRequest;
import dev.dragonfly.api.manager.v2.ManagerGrpc;
import dev.dragonfly.api.manager.v2.SourceType;
import dev.dragonfly.api.manager.v2.UpdateSchedulerRequest;
import dev.dragonfly.api.manager.v2.UpdateSeedPeerRequest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.wire.ErrorMapper;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The calls of one member at its manager. The channel belongs to whoever made it. Safe for any
 * thread; {@link #register} blocks up to a deadline, so call it from virtual threads.
 */
public final class ManagerLink {
  private static final long DEADLINE_SECONDS = 10;
  private static final long GOODBYE_MILLIS = 500;

  /** The only type of seed peer that managers take. */
  private static final String SEED_TYPE = "super";

  private final ManagedChannel channel;
  private final Channel joined;
  private final Member member;

  /**
   * @param token absent where the manager takes members without one
   */
  public ManagerLink(ManagedChannel channel, Optional<JoinToken> token, Member member) {
    this.channel = channel;
    this.joined =
        token.<Channel>map(t -> ClientInterceptors.intercept(channel, t.shown())).orElse(channel);
    this.member = member;
  }

  Member member() {
    return member;
  }

  /**
   * Registers the member or changes what the manager knows of it; a retry is safe.
   *
   * @throws DragonflyException UNAVAILABLE, DEADLINE_EXCEEDED or what the manager answered
   */
  void register() {
    if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      channel.resetConnectBackoff();
    }
    ManagerGrpc.ManagerBlockingStub manager =
        ManagerGrpc.newBlockingStub(joined).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    try {
      switch (member) {
        case Member.Scheduler scheduler -> manager.updateScheduler(request(scheduler));
        case Member.Seed seed -> manager.updateSeedPeer(request(seed));
      }
    } catch (StatusRuntimeException e) {
      throw new DragonflyException(
          ErrorMapper.fromStatus(e).code(),
          "tried to register at the manager %s, got %s (a retry is safe)"
              .formatted(channel.authority(), reason(e.getStatus())),
          e);
    }
  }

  /**
   * Begins to give signs of life. Never blocks.
   *
   * @param ended called once, on a gRPC thread, when the manager ends it or the connection breaks
   */
  Beats keepAlive(Consumer<String> ended) {
    ClientCall<KeepAliveRequest, Empty> call =
        joined.newCall(ManagerGrpc.getKeepAliveMethod(), CallOptions.DEFAULT);
    Beats beats = new Beats(call, sign(), ended);
    call.start(beats, new Metadata());
    call.request(1);
    beats.beat();
    return beats;
  }

  private static UpdateSchedulerRequest request(Member.Scheduler scheduler) {
    Member.Place place = scheduler.place();
    UpdateSchedulerRequest.Builder request =
        UpdateSchedulerRequest.newBuilder()
            .setSourceType(SourceType.SCHEDULER_SOURCE)
            .setHostname(place.hostname())
            .setSchedulerClusterId(place.clusterId())
            .setIp(place.ip())
            .setPort(place.port())
            .addFeatures("schedule")
            .addFeatures("preheat")
            .setConfig(
                ByteString.copyFromUtf8(
                    "{\"manager_keep_alive_interval\":%d}"
                        .formatted(scheduler.keepAliveInterval().toNanos())));
    place.idc().ifPresent(request::setIdc);
    place.location().ifPresent(request::setLocation);
    return request.build();
  }

  private static UpdateSeedPeerRequest request(Member.Seed seed) {
    Member.Place place = seed.place();
    UpdateSeedPeerRequest.Builder request =
        UpdateSeedPeerRequest.newBuilder()
            .setSourceType(SourceType.SEED_PEER_SOURCE)
            .setHostname(place.hostname())
            .setType(SEED_TYPE)
            .setIp(place.ip())
            .setPort(place.port())
            .setDownloadPort(seed.downloadPort())
            .setSeedPeerClusterId(place.clusterId());
    place.idc().ifPresent(request::setIdc);
    place.location().ifPresent(request::setLocation);
    return request.build();
  }

  private KeepAliveRequest sign() {
    return KeepAliveRequest.newBuilder()
        .setSourceType(
            switch (member) {
              case Member.Scheduler scheduler -> SourceType.SCHEDULER_SOURCE;
              case Member.Seed seed -> SourceType.SEED_PEER_SOURCE;
            })
        .setHostname(member.place().hostname())
        .setClusterId(member.place().clusterId())
        .setIp(member.place().ip())
        .build();
  }

  /** With the cause that gRPC only hints at. */
  private static String reason(Status status) {
    Throwable root = status.getCause();
    while (root != null && root.getCause() != null) {
      root = root.getCause();
    }
    return status.getCode()
        + ": "
        + status.getDescription()
        + (root == null ? "" : " (" + root.getMessage() + ")");
  }

  /** One stream of signs of life; sends under a lock, as a call takes one message at a time. */
  static final class Beats extends ClientCall.Listener<Empty> {
    private final ClientCall<KeepAliveRequest, Empty> call;
    private final KeepAliveRequest sign;
    private final Consumer<String> ended;
    private final CountDownLatch over = new CountDownLatch(1);
    private boolean begun;
    private boolean left;

    private Beats(
        ClientCall<KeepAliveRequest, Empty> call, KeepAliveRequest sign, Consumer<String> ended) {
      this.call = call;
      this.sign = sign;
      this.ended = ended;
    }

    /** A sign that a slow connection does not take is left out; the first is kept for it. */
    synchronized void beat() {
      if (!left && (!begun || call.isReady())) {
        begun = true;
        call.sendMessage(sign);
      }
    }

    /** The member leaves: the manager takes it for inactive. */
    synchronized void leave() {
      if (!left) {
        left = true;
        call.halfClose();
      }
    }

    /** Waits a moment for the manager to have heard it, so that nobody is sent here any more. */
    void awaitHeard() {
      try {
        if (!over.await(GOODBYE_MILLIS, TimeUnit.MILLISECONDS)) {
          call.cancel("the member leaves", null);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      over.countDown();
      ended.accept(status.isOk() ? "the manager ended it" : reason(status));
    }
  }
}
