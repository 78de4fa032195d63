package dev.dragonfly.dfdaemon.client;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.wire.ErrorMapper;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.jspecify.annotations.Nullable;

/**
 * A failed call as our exception: with what was tried, and with the cause that gRPC only hints at.
 */
final class CallFailure {
  private CallFailure() {}

  static DragonflyException of(Status status, @Nullable Metadata trailers) {
    StatusRuntimeException e = status.asRuntimeException(trailers);
    return of("", e);
  }

  /** With {@code tried} before the message. */
  static DragonflyException of(String tried, StatusRuntimeException e) {
    DragonflyException failure = ErrorMapper.fromStatus(e);
    Throwable cause = e.getStatus().getCause();
    String hint = cause == null ? "" : " (" + rootOf(cause).getMessage() + ")";
    return new DragonflyException(failure.code(), tried + failure.getMessage() + hint, e);
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    for (Throwable next = root.getCause(); next != null; next = next.getCause()) {
      root = next;
    }
    return root;
  }
}
