package dev.dragonfly.dfdaemon.session;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.dfdaemon.client.AnnounceStream;
import dev.dragonfly.dfdaemon.host.FakeSchedulerClient;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Schedulers whose every answer is given by the test. */
final class FakeConversations extends FakeSchedulerClient {

  private static final long PATIENCE_SECONDS = 5;

  final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
  final Set<InetSocketAddress> down = ConcurrentHashMap.newKeySet();

  /** One AnnouncePeer call. */
  static final class Call implements AnnounceStream {

    final InetSocketAddress scheduler;
    final List<PeerEvent> received = new CopyOnWriteArrayList<>();
    final AnnounceStream.Listener listener;
    volatile boolean writable;
    volatile boolean halfClosed;
    volatile boolean cancelled;

    private final BlockingQueue<Call> calls;

    Call(InetSocketAddress scheduler, AnnounceStream.Listener listener, BlockingQueue<Call> calls) {
      this.scheduler = scheduler;
      this.listener = listener;
      this.calls = calls;
    }

    /** The connection stands, and the scheduler has sent its headers. */
    Call accept() {
      writable = true;
      listener.ready();
      listener.accepted();
      return this;
    }

    void decide(ScheduleDecision decision) {
      listener.decided(decision);
    }

    void fail(ErrorCode code, String message) {
      listener.ended(Optional.of(new DragonflyException(code, message)));
    }

    void end() {
      listener.ended(Optional.empty());
    }

    @Override
    public void send(PeerEvent event) {
      received.add(event);
      if (received.size() == 1) {
        calls.add(this); // its clock runs from now on
      }
    }

    @Override
    public boolean isReady() {
      return writable;
    }

    @Override
    public void halfClose() {
      halfClosed = true;
    }

    @Override
    public void cancel(String reason) {
      cancelled = true;
    }
  }

  /** The next call that a session makes. */
  Call nextCall() {
    try {
      Call call = calls.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (call == null) {
        throw new AssertionError("no call came within " + PATIENCE_SECONDS + " s");
      }
      return call;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public AnnounceStream announcePeer(
      InetSocketAddress scheduler, TaskId task, PeerId peer, AnnounceStream.Listener listener) {
    Call call = new Call(scheduler, listener, calls);
    if (down.contains(scheduler)) {
      call.fail(ErrorCode.UNAVAILABLE, "connection refused");
      calls.add(call); // the session has heard of it
    }
    return call;
  }
}
