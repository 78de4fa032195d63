package dev.dragonfly.scheduler.rpc;

import dev.dragonfly.api.ext.v1.PreheatEvent;
import dev.dragonfly.api.ext.v1.PreheatProgress;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.wire.ErrorMapper;
import dev.dragonfly.scheduler.job.PreheatListener;
import dev.dragonfly.scheduler.job.PreheatPlan;
import dev.dragonfly.scheduler.job.Target;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tells a caller how his preheat goes. Outcomes wait until he takes them, and so the preheat goes
 * no faster than he listens; progress that he has no room for is left out. One lock guards the
 * stream.
 */
final class PreheatStream implements PreheatListener {
  private final ServerCallStreamObserver<PreheatEvent> wire;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile boolean planned;
  private boolean over;

  /** Made while the call is being answered; its handlers can be set only then. */
  PreheatStream(ServerCallStreamObserver<PreheatEvent> wire) {
    this.wire = wire;
    wire.setOnReadyHandler(() -> change(false));
  }

  /** The caller has gone: nothing is told any more, and nobody waits for him. */
  void gone() {
    change(true);
  }

  @Override
  public void planned(PreheatPlan plan) {
    JobMapper.plan(plan).forEach(this::send);
    planned = true;
  }

  @Override
  public void progressed(Target target, long finishedBytes, long contentLength) {
    if (!lock.tryLock()) {
      return;
    }
    try {
      if (planned && !over && wire.isReady()) {
        wire.onNext(
            PreheatEvent.newBuilder()
                .setProgress(
                    PreheatProgress.newBuilder()
                        .setTarget(JobMapper.target(target))
                        .setFinishedBytes(finishedBytes)
                        .setContentLength(contentLength))
                .build());
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void ended(Outcome outcome) {
    send(JobMapper.outcome(outcome));
  }

  void complete() {
    lock.lock();
    try {
      if (!over) {
        over = true;
        wire.onCompleted();
      }
    } finally {
      lock.unlock();
    }
  }

  void fail(DragonflyException e) {
    lock.lock();
    try {
      if (!over) {
        over = true;
        wire.onError(ErrorMapper.toStatus(e));
      }
    } finally {
      lock.unlock();
    }
  }

  private void send(PreheatEvent event) {
    lock.lock();
    try {
      // Ends when he reads or goes; that his machine died is seen by the pings of the connection.
      while (!over && !wire.isReady()) {
        if (!changed.await(1, TimeUnit.MINUTES) && wire.isCancelled()) {
          over = true;
        }
      }
      if (!over) {
        wire.onNext(event);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      over = true;
    } finally {
      lock.unlock();
    }
  }

  private void change(boolean ended) {
    lock.lock();
    try {
      over |= ended;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
