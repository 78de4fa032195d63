package dev.dragonfly.common.wire;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import org.jspecify.annotations.Nullable;

/**
 * Error codes and gRPC statuses. Several of our codes share a status; the code itself travels in a
 * trailer that upstream ignores.
 */
public final class ErrorMapper {
  private static final Metadata.Key<String> CODE =
      Metadata.Key.of("dragonfly-error-code", Metadata.ASCII_STRING_MARSHALLER);

  private ErrorMapper() {}

  /** The status that a service answers with. */
  public static StatusRuntimeException toStatus(DragonflyException e) {
    Metadata trailers = new Metadata();
    trailers.put(CODE, e.code().name());
    return Status.fromCodeValue(e.code().grpcCode())
        .withDescription(e.getMessage())
        .withCause(e)
        .asRuntimeException(trailers);
  }

  /** What a service answered, as our exception. */
  public static DragonflyException fromStatus(StatusRuntimeException e) {
    return from(e.getStatus(), e.getTrailers(), e);
  }

  /** Any throwable of a gRPC call, as our exception. */
  public static DragonflyException fromThrowable(Throwable e) {
    return switch (e) {
      case DragonflyException known -> known;
      case StatusRuntimeException status -> fromStatus(status);
      case StatusException status -> from(status.getStatus(), status.getTrailers(), status);
      default -> new DragonflyException(ErrorCode.INTERNAL, String.valueOf(e), e);
    };
  }

  private static DragonflyException from(Status status, @Nullable Metadata trailers, Throwable e) {
    String description = status.getDescription();
    String message = description == null ? status.getCode().toString() : description;
    String name = trailers == null ? null : trailers.get(CODE);
    if (name != null) {
      for (ErrorCode code : ErrorCode.values()) {
        if (code.name().equals(name)) {
          return new DragonflyException(code, message, e);
        }
      }
    }
    return new DragonflyException(codeOf(status.getCode()), message, e);
  }

  private static ErrorCode codeOf(Status.Code code) {
    return switch (code) {
      case INVALID_ARGUMENT, OUT_OF_RANGE -> ErrorCode.INVALID_ARGUMENT;
      case NOT_FOUND -> ErrorCode.NOT_FOUND;
      case ALREADY_EXISTS -> ErrorCode.ALREADY_EXISTS;
      case PERMISSION_DENIED -> ErrorCode.PERMISSION_DENIED;
      case UNAUTHENTICATED -> ErrorCode.UNAUTHENTICATED;
      case FAILED_PRECONDITION, ABORTED -> ErrorCode.FAILED_PRECONDITION;
      case RESOURCE_EXHAUSTED -> ErrorCode.RESOURCE_EXHAUSTED;
      case UNAVAILABLE -> ErrorCode.UNAVAILABLE;
      case DEADLINE_EXCEEDED -> ErrorCode.DEADLINE_EXCEEDED;
      case CANCELLED -> ErrorCode.CANCELLED;
      case UNIMPLEMENTED -> ErrorCode.UNIMPLEMENTED;
      case OK, UNKNOWN, INTERNAL, DATA_LOSS -> ErrorCode.INTERNAL;
    };
  }
}
