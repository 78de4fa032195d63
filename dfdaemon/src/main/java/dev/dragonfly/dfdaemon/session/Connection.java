package dev.dragonfly.dfdaemon.session;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.dfdaemon.client.AnnounceStream;
import dev.dragonfly.dfdaemon.dynconfig.SchedulerConfig;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session's conversation with one scheduler, from its register to its end, with a bound on every
 * answer that is owed. All state is guarded by the lock of the session, which makes every call.
 */
final class Connection {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

  private final TaskId task;
  private final InetSocketAddress scheduler;
  private final SchedulerConfig config;
  private final Timers timers;
  private final boolean upstream;
  private final Outbox outbox = new Outbox();
  private final Expiry expiry;
  private @Nullable AnnounceStream stream;
  private Timers.@Nullable Timer deadline;

  /** Counts what was armed and disarmed: a timer that fires while its answer comes is not due. */
  private long bounds;

  private boolean connected;
  private boolean accepted;
  private boolean answered;
  private boolean terminalSent;

  /** Told that an answer did not come in time; called on the timer thread. */
  @FunctionalInterface
  interface Expiry {
    void expired(Connection connection, long bound, DragonflyException failure);
  }

  Connection(
      TaskId task, InetSocketAddress scheduler, SessionEnvironment environment, Expiry expiry) {
    this.task = task;
    this.scheduler = scheduler;
    this.upstream = environment.client().isUpstream(scheduler);
    this.config = environment.config();
    this.timers = environment.timers();
    this.expiry = expiry;
  }

  /** Sends the register and, after it, what makes the scheduler see the peer as it is now. */
  void begin(AnnounceStream opened, PeerEvent.Register register, List<PeerEvent> resumed) {
    stream = opened;
    arm(config.connectTimeout(), "a connection");
    opened.send(register);
    resumed.forEach(this::send);
  }

  void send(PeerEvent event) {
    outbox.add(event);
    if (event.isTerminal()) {
      terminalSent = true;
      if (accepted) {
        disarm();
      }
    } else if (event instanceof PeerEvent.Reschedule && accepted) {
      arm(config.registerTimeout(), "the answer to reschedule");
    }
    flush();
  }

  /** The transport takes more. */
  void ready() {
    if (!connected) {
      connected = true;
      if (!accepted) {
        arm(headersBound(), "response headers");
      }
    }
    flush();
  }

  void accepted() {
    accepted = true;
    disarm();
    if (!answered && !terminalSent) {
      arm(config.registerTimeout(), "the answer to register");
    }
  }

  void decided() {
    accepted = true;
    answered = true;
    disarm();
  }

  /** Gives it up; whatever the stream says afterwards is not listened to. */
  void end(String reason) {
    disarm();
    if (stream != null) {
      stream.halfClose();
      stream.cancel(reason);
    }
    if (outbox.dropped() > 0) {
      LOG.info(
          "reports dropped, the scheduler was slow task={} scheduler={} dropped={}",
          task,
          scheduler,
          outbox.dropped());
    }
  }

  /** The stream has ended by itself. */
  void ended() {
    disarm();
    stream = null;
  }

  /** Whether the bound with this number still counts: no answer came between timer and lock. */
  boolean isDue(long bound) {
    return bound == bounds;
  }

  InetSocketAddress scheduler() {
    return scheduler;
  }

  boolean isAccepted() {
    return accepted;
  }

  boolean hasAnswered() {
    return answered;
  }

  boolean isTerminalSent() {
    return terminalSent;
  }

  private void flush() {
    AnnounceStream out = stream;
    while (out != null && out.isReady()) {
      Optional<PeerEvent> next = outbox.poll();
      if (next.isEmpty()) {
        return;
      }
      out.send(next.get());
    }
  }

  /** An upstream scheduler sends its headers with its first answer. */
  private Duration headersBound() {
    return upstream ? config.registerTimeout() : config.headersTimeout();
  }

  private void arm(Duration bound, String awaited) {
    disarm();
    long number = bounds;
    deadline = timers.after(bound, () -> expiry.expired(this, number, late(bound, awaited)));
  }

  private DragonflyException late(Duration bound, String awaited) {
    return new DragonflyException(
        ErrorCode.DEADLINE_EXCEEDED,
        "waited %d ms for %s, got none; the next scheduler is tried"
            .formatted(bound.toMillis(), awaited));
  }

  private void disarm() {
    bounds++;
    if (deadline != null) {
      deadline.cancel();
      deadline = null;
    }
  }
}
