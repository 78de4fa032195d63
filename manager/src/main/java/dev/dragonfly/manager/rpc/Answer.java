package dev.dragonfly.manager.rpc;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.wire.ErrorMapper;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** Sends the outcome of a call: a value, or the one status that its failure maps to. */
final class Answer {
  private static final Logger LOG = LoggerFactory.getLogger(Answer.class);

  private Answer() {}

  /** Runs the call on this thread and sends what it gives. */
  static <T> void send(StreamObserver<T> response, Supplier<T> call) {
    T value;
    try {
      value = call.get();
    } catch (RuntimeException e) {
      response.onError(status(e));
      return;
    }
    response.onNext(value);
    response.onCompleted();
  }

  /** The status of a failure; what nobody expected is logged here. */
  static StatusRuntimeException status(RuntimeException failure) {
    return switch (failure) {
      case DragonflyException known -> ErrorMapper.toStatus(known);
      case DataAccessException e -> database(e);
      case TransactionException e -> database(e);
      default -> {
        LOG.error("call failed unexpectedly", failure);
        yield ErrorMapper.toStatus(
            new DragonflyException(
                ErrorCode.INTERNAL, "the manager failed; its log says why", failure));
      }
    };
  }

  private static StatusRuntimeException database(RuntimeException failure) {
    LOG.warn("call failed: the database did not answer as expected", failure);
    return ErrorMapper.toStatus(
        new DragonflyException(
            ErrorCode.UNAVAILABLE,
            "tried to use the manager's database, it failed; a retry is safe",
            failure));
  }
}
