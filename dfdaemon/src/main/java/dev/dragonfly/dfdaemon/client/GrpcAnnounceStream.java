package dev.dragonfly.dfdaemon.client;

import dev.dragonfly.api.scheduler.v2.AnnouncePeerRequest;
import dev.dragonfly.api.scheduler.v2.AnnouncePeerResponse;
import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.wire.DecisionMapper;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Optional;
import java.util.function.Function;

/** AnnouncePeer on a raw call: unlike a stub's observer it hears of the response headers. */
final class GrpcAnnounceStream implements AnnounceStream {
  private final ClientCall<AnnouncePeerRequest, AnnouncePeerResponse> call;
  private final Function<PeerEvent, AnnouncePeerRequest> mapper;
  private boolean over;

  GrpcAnnounceStream(
      ClientCall<AnnouncePeerRequest, AnnouncePeerResponse> call,
      Function<PeerEvent, AnnouncePeerRequest> mapper) {
    this.call = call;
    this.mapper = mapper;
  }

  /** Opens the call; the listener may be called before this returns. */
  void start(AnnounceStream.Listener listener) {
    call.start(new Receiver(listener), new Metadata());
    call.request(1);
  }

  @Override
  public void send(PeerEvent event) {
    if (!over) {
      call.sendMessage(mapper.apply(event));
    }
  }

  @Override
  public boolean isReady() {
    return !over && call.isReady();
  }

  @Override
  public void halfClose() {
    if (!over) {
      over = true;
      call.halfClose();
    }
  }

  @Override
  public void cancel(String reason) {
    call.cancel(reason, null);
  }

  private final class Receiver extends ClientCall.Listener<AnnouncePeerResponse> {

    private final AnnounceStream.Listener listener;

    Receiver(AnnounceStream.Listener listener) {
      this.listener = listener;
    }

    @Override
    public void onReady() {
      listener.ready();
    }

    @Override
    public void onHeaders(Metadata headers) {
      listener.accepted();
    }

    @Override
    public void onMessage(AnnouncePeerResponse message) {
      ScheduleDecision decision;
      try {
        decision = DecisionMapper.fromProto(message);
      } catch (RuntimeException e) {
        call.cancel("an answer that cannot be read", e);
        return;
      }
      listener.decided(decision);
      call.request(1);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      listener.ended(
          status.isOk() ? Optional.empty() : Optional.of(CallFailure.of(status, trailers)));
    }
  }
}
