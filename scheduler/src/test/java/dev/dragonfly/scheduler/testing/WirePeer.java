package dev.dragonfly.scheduler.testing;

import dev.dragonfly.api.scheduler.v2.AnnouncePeerRequest;
import dev.dragonfly.api.scheduler.v2.AnnouncePeerResponse;
import dev.dragonfly.api.scheduler.v2.SchedulerGrpc;
import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.wire.DecisionMapper;
import dev.dragonfly.common.wire.PeerEventMapper;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A peer as the scheduler sees it: one announce stream over real gRPC. */
public final class WirePeer implements StreamObserver<AnnouncePeerResponse> {
  private static final long PATIENCE_SECONDS = 15;

  private final Host host;
  private final TaskId task;
  private final PeerId id;
  private final StreamObserver<AnnouncePeerRequest> requests;
  private final BlockingQueue<AnnouncePeerResponse> responses = new LinkedBlockingQueue<>();
  private final CompletableFuture<Status> end = new CompletableFuture<>();

  public WirePeer(Channel channel, Host host, TaskId task, String id) {
    this.host = host;
    this.task = task;
    this.id = Samples.peer(host, id);
    this.requests = SchedulerGrpc.newStub(channel).announcePeer(this);
  }

  public PeerId id() {
    return id;
  }

  /** Says something as somebody else. */
  public WirePeer sayAs(HostId speaker, TaskId of, PeerId peer, PeerEvent event) {
    requests.onNext(PeerEventMapper.toProto(speaker, of, peer, event));
    return this;
  }

  /** Says something. */
  public WirePeer say(PeerEvent event) {
    requests.onNext(PeerEventMapper.toProto(host.id(), task, id, event));
    return this;
  }

  /** Registers for a URL and nothing more. */
  public WirePeer register() {
    return register(TaskFacts.NONE, false);
  }

  public WirePeer register(TaskFacts facts, boolean needBackToSource) {
    return say(
        new PeerEvent.Register(
            Samples.FILE,
            facts,
            PieceBitmap.EMPTY,
            Optional.empty(),
            needBackToSource,
            false,
            0,
            host.extVersion()));
  }

  /** The next answer. */
  public ScheduleDecision next() throws InterruptedException {
    AnnouncePeerResponse response = responses.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (response == null) {
      throw new AssertionError(
          "no answer came for peer " + id + (end.isDone() ? "; stream ended: " + end.join() : ""));
    }
    return DecisionMapper.fromProto(response);
  }

  /** An answer that is there already, or null. */
  public @Nullable AnnouncePeerResponse peek() {
    return responses.peek();
  }

  /** How the stream ended. */
  public Status end() throws Exception {
    try {
      return end.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("the stream of peer " + id + " did not end", e);
    }
  }

  @Override
  public void onNext(AnnouncePeerResponse response) {
    responses.add(response);
  }

  @Override
  public void onError(Throwable error) {
    end.complete(Status.fromThrowable(error));
  }

  @Override
  public void onCompleted() {
    end.complete(Status.OK);
  }
}
