package dev.dragonfly.dfdaemon.rpc;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.wire.ErrorMapper;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers unary calls on virtual threads, and errors with the status that belongs to them. */
final class Calls {
  private static final Logger LOG = LoggerFactory.getLogger(Calls.class);

  private Calls() {}

  static <T> void answer(String name, StreamObserver<T> observer, Callable<T> action) {
    Threads.virtual(
        "rpc-" + name,
        () -> {
          T result;
          try {
            result = action.call();
          } catch (Exception e) {
            LOG.debug("rpc={} failed", name, e);
            observer.onError(ErrorMapper.toStatus(ErrorMapper.fromThrowable(e)));
            return;
          }
          observer.onNext(result);
          observer.onCompleted();
        });
  }
}
