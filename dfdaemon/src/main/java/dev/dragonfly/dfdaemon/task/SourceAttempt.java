package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.time.Backoff;
import dev.dragonfly.common.time.Time;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Reading the source beside the recipe: who asked for it, whether it runs and how it ended. What
 * brought nothing is not tried again at once, whoever asks. Safe for any thread.
 */
class SourceAttempt {
  /** Chance shortens it to no less than a second. */
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final WakeUp wakeUp;
  private final Time time;
  private final LongSupplier bytesRead;
  private final Backoff pauses;
  private Optional<String> reason = Optional.empty();
  private long notBeforeNanos;
  private boolean started;
  private boolean running;
  private @Nullable DragonflyException failure;

  /**
   * @param bytesRead bytes of the source that were kept so far
   */
  SourceAttempt(WakeUp wakeUp, Time time, LongSupplier bytesRead, RandomGenerator random) {
    this.wakeUp = wakeUp;
    this.time = time;
    this.bytesRead = bytesRead;
    this.pauses = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, random);
    this.notBeforeNanos = time.nanos();
  }

  /** The source is to be read, when it is time and there is something to read. */
  synchronized void ask(String why) {
    reason = Optional.of(why);
  }

  /** Why to begin now; empty while it runs, is not asked for or rests. */
  synchronized Optional<String> due() {
    return running || time.nanos() - notBeforeNanos < 0 ? Optional.empty() : reason;
  }

  /** It begins now, on one of the workers. */
  void start(ExecutorService workers, Runnable read) {
    begin();
    workers.execute(() -> {
      long before = bytesRead.getAsLong();
      DragonflyException why = null;
      try {
        read.run();
      } catch (DragonflyException e) {
        why = e;
      } catch (RuntimeException e) {
        why = new DragonflyException(ErrorCode.INTERNAL, "reading the source failed: " + e, e);
      }
      end(why, bytesRead.getAsLong() > before);
    });
  }

  synchronized void begin() {
    started = true;
    running = true;
    failure = null;
    reason = Optional.empty();
  }

  /** It is over; whether a byte was kept decides how soon it may begin again. */
  synchronized void end(@Nullable DragonflyException why, boolean fruitful) {
    running = false;
    failure = why;
    if (fruitful) {
      pauses.reset();
      notBeforeNanos = time.nanos();
    } else {
      notBeforeNanos = time.nanos() + pauses.next().toNanos();
    }
    wakeUp.ring();
  }

  /** There are others in whose name it can be tried at once. */
  synchronized void again(String why) {
    notBeforeNanos = time.nanos();
    failure = null;
    reason = Optional.of(why);
  }

  synchronized boolean wasStarted() {
    return started;
  }

  synchronized boolean isRunning() {
    return running;
  }

  synchronized Optional<DragonflyException> failure() {
    return Optional.ofNullable(failure);
  }
}
