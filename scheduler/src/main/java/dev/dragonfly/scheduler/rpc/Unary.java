package dev.dragonfly.scheduler.rpc;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.wire.ErrorMapper;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers unary calls on virtual threads, a bounded number at a time; more are refused. */
final class Unary {
  private static final Logger LOG = LoggerFactory.getLogger(Unary.class);
  private static final int LIMIT = 4096;

  private final Executor executor;
  private final Semaphore slots = new Semaphore(LIMIT);

  Unary(Executor executor) {
    this.executor = executor;
  }

  /** Sends the value or the error that {@code work} ends with. */
  <T> void answer(StreamObserver<T> observer, Supplier<T> work) {
    if (!slots.tryAcquire()) {
      observer.onError(
          ErrorMapper.toStatus(
              new DragonflyException(
                  ErrorCode.RESOURCE_EXHAUSTED, LIMIT + " calls are being answered; try again")));
      return;
    }
    // The context says where the call came from.
    executor.execute(
        Context.current()
            .wrap(() -> {
              try {
                observer.onNext(work.get());
                observer.onCompleted();
              } catch (DragonflyException e) {
                observer.onError(ErrorMapper.toStatus(e));
              } catch (RuntimeException e) {
                LOG.error("call failed", e);
                observer.onError(
                    ErrorMapper.toStatus(
                        new DragonflyException(ErrorCode.INTERNAL, "Answered a call: " + e, e)));
              } finally {
                slots.release();
              }
            }));
  }
}
