package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** Reading the source beside the recipe: whether it runs and how it ended. Safe for any thread. */
final class SourceAttempt {
  private final Bell bell;
  private boolean started;
  private boolean running;
  private @Nullable DragonflyException failure;

  SourceAttempt(Bell bell) {
    this.bell = bell;
  }

  synchronized void start(ExecutorService workers, Runnable read) {
    started = true;
    running = true;
    failure = null;
    workers.execute(() -> {
      DragonflyException why = null;
      try {
        read.run();
      } catch (DragonflyException e) {
        why = e;
      } catch (RuntimeException e) {
        why = new DragonflyException(ErrorCode.INTERNAL, "reading the source failed: " + e, e);
      }
      end(why);
    });
  }

  private synchronized void end(@Nullable DragonflyException why) {
    running = false;
    failure = why;
    bell.ring();
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
