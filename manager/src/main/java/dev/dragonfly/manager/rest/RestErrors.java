package dev.dragonfly.manager.rest;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.transaction.TransactionException;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;

/**
 * Failures as JSON: {@code {"message":...}}; what was wrong with the request itself is 422 and, for
 * clients that look there, also under {@code errors}.
 */
@RestControllerAdvice
final class RestErrors {
  private static final Logger LOG = LoggerFactory.getLogger(RestErrors.class);
  private static final int MAX_DEPTH = 10;

  @ExceptionHandler
  ResponseEntity<Map<String, String>> known(DragonflyException e) {
    return switch (e.code()) {
      case INVALID_ARGUMENT -> unprocessable(message(e));
      case RESOURCE_EXHAUSTED -> body(HttpStatus.TOO_MANY_REQUESTS, message(e));
      default -> {
        if (e.code() == ErrorCode.INTERNAL) {
          LOG.error("request failed", e);
        }
        yield body(HttpStatus.valueOf(e.code().httpStatus()), message(e));
      }
    };
  }

  @ExceptionHandler
  ResponseEntity<Map<String, String>> invalid(MethodArgumentNotValidException e) {
    return unprocessable(
        e.getBindingResult().getAllErrors().stream()
            .map(RestErrors::describe)
            .sorted()
            .collect(Collectors.joining("; ")));
  }

  @ExceptionHandler
  ResponseEntity<Map<String, String>> unreadable(HttpMessageNotReadableException e) {
    return cause(e)
        .map(this::known)
        .orElseGet(() -> unprocessable("the body is no JSON of the expected form"));
  }

  @ExceptionHandler
  ResponseEntity<Map<String, String>> mismatch(MethodArgumentTypeMismatchException e) {
    return unprocessable(e.getName() + " has a value of the wrong type");
  }

  @ExceptionHandler
  ResponseEntity<Map<String, String>> conflict(DataIntegrityViolationException e) {
    LOG.debug("conflict", e);
    return body(HttpStatus.CONFLICT, "Conflict");
  }

  @ExceptionHandler({DataAccessException.class, TransactionException.class})
  ResponseEntity<Map<String, String>> database(RuntimeException e) {
    LOG.warn("request failed: the database did not answer as expected", e);
    return body(HttpStatus.SERVICE_UNAVAILABLE, "the database does not answer; try again");
  }

  @ExceptionHandler
  ResponseEntity<Map<String, String>> unexpected(Exception e) {
    if (e instanceof ErrorResponse known) {
      HttpStatus status = HttpStatus.valueOf(known.getStatusCode().value());
      return body(status, status.getReasonPhrase());
    }
    Optional<DragonflyException> cause = cause(e);
    if (cause.isPresent()) {
      return known(cause.get());
    }
    LOG.error("request failed unexpectedly", e);
    return body(HttpStatus.INTERNAL_SERVER_ERROR, "Internal Server Error");
  }

  /** What a value said about itself while the framework was building it. */
  private static Optional<DragonflyException> cause(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++) {
      if (cause instanceof DragonflyException known) {
        return Optional.of(known);
      }
      cause = cause.getCause();
    }
    return Optional.empty();
  }

  private static String describe(ObjectError error) {
    String field = error instanceof FieldError one ? one.getField() : error.getObjectName();
    return Words.snakeCase(field) + " " + error.getDefaultMessage();
  }

  private static String message(Exception e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static ResponseEntity<Map<String, String>> unprocessable(String text) {
    return ResponseEntity.status(HttpStatus.UNPROCESSABLE_CONTENT)
        .body(Map.of("errors", text, "message", text));
  }

  private static ResponseEntity<Map<String, String>> body(HttpStatus status, String message) {
    return ResponseEntity.status(status).body(Map.of("message", message));
  }
}
