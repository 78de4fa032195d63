package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.announce.Parent;
import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.dfdaemon.session.SchedulerSession;
import dev.dragonfly.dfdaemon.session.SchedulerSessions;
import dev.dragonfly.dfdaemon.session.Signal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Conversations in which the test plays the scheduler. */
final class FakeSessions implements SchedulerSessions {
  private static final long PATIENCE_SECONDS = 10;

  private final BlockingQueue<Conversation> opened = new LinkedBlockingQueue<>();
  private final List<Conversation> all = new CopyOnWriteArrayList<>();

  /** The next conversation that a download opens. */
  Conversation next() throws InterruptedException {
    Conversation conversation = opened.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (conversation == null) {
      throw new AssertionError("no conversation was opened");
    }
    return conversation;
  }

  int count() {
    return all.size();
  }

  @Override
  public SchedulerSession open(
      TaskId task, PeerId peer, Supplier<PeerEvent.Register> register, Runnable wakeUp) {
    Conversation conversation = new Conversation(peer, register.get(), wakeUp);
    all.add(conversation);
    opened.add(conversation);
    return conversation;
  }

  /** One conversation; connected until the test says otherwise. */
  static final class Conversation implements SchedulerSession {
    final PeerId peer;
    final PeerEvent.Register register;
    final List<PeerEvent> events = new CopyOnWriteArrayList<>();
    final CountDownLatch closed = new CountDownLatch(1);
    volatile Consumer<PeerEvent> onSend = event -> {};

    private final BlockingQueue<PeerEvent> unread = new LinkedBlockingQueue<>();
    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    private final Runnable wakeUp;
    private volatile boolean connected = true;

    Conversation(PeerId peer, PeerEvent.Register register, Runnable wakeUp) {
      this.peer = peer;
      this.register = register;
      this.wakeUp = wakeUp;
    }

    void lose() {
      connected = false;
      signals.add(new Signal.Lost("the test took it away"));
      wakeUp.run();
    }

    void sendToSource() {
      decide(new ScheduleDecision.BackToSource("the test says so", TaskFacts.NONE));
    }

    void offer(TaskFacts facts, Parent... parents) {
      decide(new ScheduleDecision.Parents(List.of(parents), facts));
    }

    void decide(ScheduleDecision decision) {
      connected = true;
      signals.add(new Signal.Decided(decision));
      wakeUp.run();
    }

    /** The next event of this kind; those before it are skipped. */
    <T extends PeerEvent> T await(Class<T> kind) throws InterruptedException {
      while (true) {
        PeerEvent event = unread.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (event == null) {
          throw new AssertionError("no " + kind.getSimpleName() + " came, but " + events);
        }
        if (kind.isInstance(event)) {
          return kind.cast(event);
        }
      }
    }

    /** The event with which the download ends. */
    PeerEvent awaitEnd() throws InterruptedException {
      PeerEvent event = await(PeerEvent.class);
      while (!event.isTerminal()) {
        event = await(PeerEvent.class);
      }
      return event;
    }

    boolean awaitClosed() throws InterruptedException {
      return closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void send(PeerEvent event) {
      events.add(event);
      unread.add(event);
      onSend.accept(event);
    }

    @Override
    public Optional<Signal> next(Duration wait) {
      try {
        return Optional.ofNullable(signals.poll(wait.toMillis(), TimeUnit.MILLISECONDS));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      }
    }

    @Override
    public boolean connected() {
      return connected;
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }
}
