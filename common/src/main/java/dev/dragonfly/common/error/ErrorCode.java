package dev.dragonfly.common.error;

/**
 * What kind of thing went wrong, with its one mapping to gRPC status codes, HTTP statuses and exit
 * codes.
 */
public enum ErrorCode {
  INVALID_ARGUMENT(3, 400, 2),
  CONFIG(9, 500, 78),
  NOT_FOUND(5, 404, 4),
  ALREADY_EXISTS(6, 409, 5),
  PERMISSION_DENIED(7, 403, 6),
  UNAUTHENTICATED(16, 401, 6),
  FAILED_PRECONDITION(9, 412, 1),
  RESOURCE_EXHAUSTED(8, 503, 7),
  UNAVAILABLE(14, 503, 8),
  DEADLINE_EXCEEDED(4, 504, 9),
  CANCELLED(1, 499, 130),
  NO_SPACE(8, 507, 10),
  DIGEST_MISMATCH(15, 502, 11),
  SOURCE_NOT_FOUND(5, 404, 12),
  SOURCE_UNAUTHORIZED(16, 401, 13),
  SOURCE_FORBIDDEN(7, 403, 13),
  SOURCE_FAILED(14, 502, 14),
  SOURCE_CHANGED(10, 502, 15),
  UNIMPLEMENTED(12, 501, 1),
  INTERNAL(13, 500, 1);

  private final int grpc;
  private final int http;
  private final int exit;

  ErrorCode(int grpc, int http, int exit) {
    this.grpc = grpc;
    this.http = http;
    this.exit = exit;
  }

  /** The number of the gRPC status code. */
  public int grpcCode() {
    return grpc;
  }

  /** The HTTP status. */
  public int httpStatus() {
    return http;
  }

  /** The exit code of a command line tool. */
  public int exitCode() {
    return exit;
  }
}
