package dev.dragonfly.dfdaemon.session;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.dfdaemon.client.AnnounceStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session: finds a scheduler along the ring, registers, and does so again when the conversation
 * breaks. gRPC callbacks, timers and callers meet under {@link #lock}; what may block (making the
 * register, announcing the host) runs on a virtual thread without it.
 */
final class RingSession implements SchedulerSession {
  private static final Logger LOG = LoggerFactory.getLogger(RingSession.class);

  private final TaskId task;
  private final PeerId peer;
  private final RegisterPreparation preparation;
  private final SessionEnvironment environment;
  private final Signals signals;
  private final TerminalEventDelivery delivery = new TerminalEventDelivery();
  private final ReentrantLock lock = new ReentrantLock();
  private final SchedulerOrder order;
  private final BusyReports busy;
  private final Set<InetSocketAddress> announced = new HashSet<>();
  private final ReplayedEvents replayed = new ReplayedEvents();
  private SessionState state = new SessionState.Ended();
  private boolean closing;

  RingSession(
      TaskId task,
      PeerId peer,
      Supplier<PeerEvent.Register> register,
      Runnable wakeUp,
      SessionEnvironment environment) {
    this.signals = new Signals(wakeUp);
    this.task = task;
    this.peer = peer;
    this.preparation = new RegisterPreparation(task, register, environment.announcement());
    this.environment = environment;
    this.order = new SchedulerOrder(environment.random());
    this.busy = new BusyReports(environment.time());
  }

  void start() {
    locked(this::beginRound);
  }

  /** The list of schedulers changed, or the pause is over: no need to wait any longer. */
  void beginRoundIfIdle() {
    locked(() -> {
      if (state instanceof SessionState.Pausing(Timers.Timer timer)) {
        timer.cancel();
        beginRound();
      } else if (state instanceof SessionState.Stranded) {
        beginRound();
      }
    });
  }

  /** What a stream says, unless its connection was given up. */
  void hear(Connection connection, Runnable event) {
    locked(() -> {
      if (talksTo(connection)) {
        event.run();
      }
    });
  }

  @Override
  public void send(PeerEvent event) {
    locked(() -> {
      if (closing || replayed.hasTerminal() || !busy.isNews(event)) {
        return;
      }
      replayed.remember(event);
      if (state instanceof SessionState.Talking talking) {
        talking.connection().send(event);
      }
    });
  }

  @Override
  public Optional<Signal> next(Duration wait) {
    return signals.poll(wait);
  }

  @Override
  public boolean connected() {
    lock.lock();
    try {
      return state instanceof SessionState.Talking(Connection connection, long since)
          && connection.isAccepted();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    if (beginClosing() && !delivery.await(environment.config().closeTimeout())) {
      LOG.info("terminal event not delivered task={} peer={}", task, peer);
    }
    locked(() -> finish("closed")); // Also ends what prepares: it finds another state.
    environment.open().remove(this);
  }

  /** Returns whether a last word is on its way. */
  private boolean beginClosing() {
    lock.lock();
    try {
      closing = true;
      return replayed.hasTerminal()
          && (state instanceof SessionState.Talking || state instanceof SessionState.Preparing);
    } finally {
      lock.unlock();
    }
  }

  // Below: with the lock held.

  private void beginRound() {
    List<InetSocketAddress> known = environment.order(task);
    if (known.isEmpty()) {
      become(new SessionState.Stranded());
      lost("no scheduler is known; the list is empty");
      return;
    }
    if (known.stream().allMatch(environment.suspects()::isSuspect)) {
      lost("no scheduler answered a moment ago; they are tried again");
    }
    announced.clear();
    order.begin(known);
    tryNext();
  }

  private void tryNext() {
    Optional<InetSocketAddress> next = order.next();
    if (next.isPresent()) {
      prepare(next.get(), false);
      return;
    }
    environment.schedulers().refresh();
    // The lock is held: a timer that fires at once finds the pause that it ends.
    become(
        new SessionState.Pausing(
            environment.timers().after(order.pause(), this::beginRoundIfIdle)));
  }

  private void prepare(InetSocketAddress scheduler, boolean announceFirst) {
    SessionState.Preparing preparing = new SessionState.Preparing(scheduler);
    become(preparing);
    Threads.virtual(
        "session-register",
        () ->
            preparation.make(
                scheduler,
                announceFirst,
                made -> ifStill(preparing, () -> connect(scheduler, made)),
                failure -> ifStill(preparing, () -> notPrepared(failure))));
  }

  /** Another attempt may have begun, or the session ended, while this one blocked. */
  @SuppressWarnings("ReferenceEquality") // Is it this very attempt?
  private void ifStill(SessionState.Preparing preparing, Runnable action) {
    locked(() -> {
      if (state == preparing) {
        action.run();
      }
    });
  }

  private void connect(InetSocketAddress scheduler, PeerEvent.Register made) {
    Connection connection =
        new Connection(
            task,
            scheduler,
            environment,
            (late, bound, failure) -> locked(() -> givenUp(late, bound, failure)));
    // Before the stream is opened, which may end it on this very thread.
    become(new SessionState.Talking(connection, environment.time().nanos()));
    AnnounceStream stream =
        environment
            .client()
            .announcePeer(scheduler, task, peer, new StreamListener(this, connection));
    if (!talksTo(connection)) {
      return;
    }
    connection.begin(stream, made, replayed.toRepeat());
  }

  private void notPrepared(DragonflyException failure) {
    lost(failure.getMessage());
    tryNext();
  }

  private void givenUp(Connection connection, long bound, DragonflyException failure) {
    if (talksTo(connection) && connection.isDue(bound)) {
      connection.end("too slow");
      broken(connection, failure);
    }
  }

  void decided(Connection connection, ScheduleDecision decision) {
    connection.decided();
    environment.suspects().trust(connection.scheduler());
    announced.clear();
    signals.decided(decision);
  }

  void ended(Connection connection, Optional<DragonflyException> failure) {
    connection.ended();
    if (failure.isEmpty() && connection.isTerminalSent()) {
      finish("delivered");
      return;
    }
    String early = "the conversation about task " + task + " was ended early";
    broken(
        connection, failure.orElseGet(() -> new DragonflyException(ErrorCode.UNAVAILABLE, early)));
  }

  private void broken(Connection connection, DragonflyException failure) {
    InetSocketAddress scheduler = connection.scheduler();
    if (Refusal.isFinal(failure)) {
      lost(failure.getMessage());
      finish("refused");
      return;
    }
    // Once a round: a scheduler that forgets this host at once again is as good as a broken one.
    if (failure.code() == ErrorCode.NOT_FOUND && announced.add(scheduler)) {
      LOG.info(
          "scheduler does not know this host, announcing task={} scheduler={}", task, scheduler);
      prepare(scheduler, true);
      return;
    }
    lost("scheduler " + scheduler + ": " + failure.getMessage());
    if (!connection.hasAnswered()) {
      environment.suspects().suspect(scheduler);
    } else if (state instanceof SessionState.Talking talking) {
      long lasted = environment.time().nanos() - talking.since();
      order.broke(scheduler, Duration.ofNanos(lasted), environment.order(task));
    }
    tryNext();
  }

  private void lost(@Nullable String reason) {
    if (!replayed.hasTerminal() && signals.lost(String.valueOf(reason))) {
      LOG.warn("scheduler lost task={} peer={} reason={}", task, peer, reason);
    }
  }

  private void finish(String why) {
    switch (state) {
      case SessionState.Talking(Connection connection, long since) -> connection.end(why);
      case SessionState.Pausing(Timers.Timer timer) -> timer.cancel();
      case SessionState.Preparing _, SessionState.Stranded _, SessionState.Ended _ -> {}
    }
    become(new SessionState.Ended());
  }

  private void become(SessionState next) {
    state = next;
    boolean waits = next instanceof SessionState.Pausing || next instanceof SessionState.Stranded;
    if (next instanceof SessionState.Ended || closing && waits) {
      delivery.settle();
    }
  }

  private boolean talksTo(Connection connection) {
    return state instanceof SessionState.Talking talking && talking.connection() == connection;
  }

  private void locked(Runnable action) {
    lock.lock();
    try {
      action.run();
    } finally {
      lock.unlock();
    }
  }
}
