package dev.dragonfly.manager.rest;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.net.URI;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.context.MessageSourceResolvable;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.transaction.TransactionException;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;
import org.springframework.validation.method.ParameterValidationResult;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.exc.MismatchedInputException;

/**
 * Every failure as JSON, in the two forms that existing clients know: {@code {"errors":...}} with
 * 422 for what is wrong with the request itself, {@code {"message":...}} for all else.
 */
@RestControllerAdvice
final class RestErrors extends ResponseEntityExceptionHandler {
  private static final Logger LOG = LoggerFactory.getLogger(RestErrors.class);
  private static final int MAX_DEPTH = 10;
  private static final String UNIQUE_VIOLATION = "23505";
  private static final String FOREIGN_KEY_VIOLATION = "23503";

  @ExceptionHandler
  ResponseEntity<Object> known(DragonflyException e) {
    if (e.code() == ErrorCode.INVALID_ARGUMENT) {
      return unprocessable(message(e));
    }
    if (e.code() == ErrorCode.INTERNAL) {
      LOG.error("request failed", e);
    }
    if (e.code() == ErrorCode.UNAUTHENTICATED) {
      HttpHeaders headers = new HttpHeaders();
      headers.set(HttpHeaders.WWW_AUTHENTICATE, "JWT realm=Dragonfly");
      return body(HttpStatus.UNAUTHORIZED, headers, message(e));
    }
    return e.code() == ErrorCode.RESOURCE_EXHAUSTED
        ? body(HttpStatus.TOO_MANY_REQUESTS, retryAfter(), message(e))
        : body(HttpStatusCode.valueOf(e.code().httpStatus()), new HttpHeaders(), message(e));
  }

  @ExceptionHandler
  ResponseEntity<Object> conflict(DataIntegrityViolationException e) {
    LOG.debug("conflict", e);
    String state = sqlState(e);
    if (state.equals(FOREIGN_KEY_VIOLATION)) {
      return body(HttpStatus.NOT_FOUND, new HttpHeaders(), "record not found");
    }
    if (e instanceof DuplicateKeyException || state.equals(UNIQUE_VIOLATION)) {
      return body(HttpStatus.CONFLICT, new HttpHeaders(), "Conflict");
    }
    return unprocessable("a value does not fit into its column");
  }

  /** Somebody else was faster with the same row: nothing was changed, a retry is safe. */
  @ExceptionHandler({
    OptimisticLockingFailureException.class,
    PessimisticLockingFailureException.class
  })
  ResponseEntity<Object> raced(DataAccessException e) {
    LOG.debug("raced", e);
    return body(HttpStatus.CONFLICT, retryAfter(), "Conflict");
  }

  @ExceptionHandler({DataAccessException.class, TransactionException.class})
  ResponseEntity<Object> database(RuntimeException e) {
    LOG.warn("request failed: the database did not answer as expected", e);
    return body(
        HttpStatus.SERVICE_UNAVAILABLE, retryAfter(), "the database does not answer; try again");
  }

  @ExceptionHandler
  ResponseEntity<Object> rejected(RequestRejectedException e) {
    LOG.debug("rejected", e);
    return body(HttpStatus.BAD_REQUEST, new HttpHeaders(), "the path is not in its plain form");
  }

  @ExceptionHandler
  ResponseEntity<Object> tooLarge(BodyGate.BodyTooLargeException e) {
    return body(HttpStatus.CONTENT_TOO_LARGE, new HttpHeaders(), message(e));
  }

  @ExceptionHandler
  ResponseEntity<Object> unexpected(Exception e) {
    Optional<DragonflyException> cause = cause(e, DragonflyException.class);
    if (cause.isPresent()) {
      return known(cause.get());
    }
    LOG.error("request failed unexpectedly", e);
    return body(HttpStatus.INTERNAL_SERVER_ERROR, new HttpHeaders(), "Internal Server Error");
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleMethodArgumentNotValid(
      MethodArgumentNotValidException e,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    return unprocessable(
        e.getBindingResult().getAllErrors().stream()
            .map(RestErrors::describe)
            .distinct()
            .sorted()
            .collect(Collectors.joining("; ")));
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleHandlerMethodValidationException(
      HandlerMethodValidationException e,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    return unprocessable(
        e.getParameterValidationResults().stream()
            .flatMap(result ->
                result.getResolvableErrors().stream()
                    .map(error -> describe(field(result, error), error)))
            .distinct()
            .sorted()
            .collect(Collectors.joining("; ")));
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
      HttpMessageNotReadableException e,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    Optional<DragonflyException> known = cause(e, DragonflyException.class);
    if (known.isPresent()) {
      return known(known.get());
    }
    return unprocessable(cause(e, JacksonException.class).map(RestErrors::describe).orElse("EOF"));
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleTypeMismatch(
      TypeMismatchException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
    String name = e instanceof MethodArgumentTypeMismatchException one ? one.getName() : "value";
    return unprocessable(Words.snakeCase(name) + ": " + Words.quoted(e.getValue()) + " is invalid");
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleMissingServletRequestParameter(
      MissingServletRequestParameterException e,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    return unprocessable(e.getParameterName() + " is required");
  }

  /** Who follows an old link to a page comes to the console; there are no pages among the API. */
  @Override
  protected @Nullable ResponseEntity<Object> handleNoResourceFoundException(
      NoResourceFoundException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
    boolean page =
        e.getHttpMethod().equals(HttpMethod.GET) && !Words.isApi("/" + e.getResourcePath());
    return page
        ? ResponseEntity.status(HttpStatus.MOVED_PERMANENTLY).location(URI.create("/")).build()
        : body(HttpStatus.NOT_FOUND, headers, "Not Found");
  }

  /** What remains of the framework's own failures keeps its status and headers. */
  @Override
  protected @Nullable ResponseEntity<Object> handleExceptionInternal(
      Exception e,
      @Nullable Object body,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    HttpStatus known = HttpStatus.resolve(status.value());
    return body(status, headers, known == null ? "Error" : known.getReasonPhrase());
  }

  private static <T extends Throwable> Optional<T> cause(Throwable failure, Class<T> type) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++) {
      if (type.isInstance(cause)) {
        return Optional.of(type.cast(cause));
      }
      cause = cause.getCause();
    }
    return Optional.empty();
  }

  private static String sqlState(Throwable failure) {
    return cause(failure, SQLException.class).map(SQLException::getSQLState).orElse("");
  }

  private static String describe(ObjectError error) {
    String field = error instanceof FieldError one ? one.getField() : error.getObjectName();
    return describe(field, error);
  }

  private static String describe(@Nullable String field, MessageSourceResolvable error) {
    String text =
        error instanceof FieldError one && one.isBindingFailure()
            ? Words.quoted(one.getRejectedValue()) + " is invalid"
            : error.getDefaultMessage();
    return Words.snakeCase(field == null ? "value" : field) + ": " + text;
  }

  private static @Nullable String field(
      ParameterValidationResult result, MessageSourceResolvable error) {
    return error instanceof FieldError one
        ? one.getField()
        : result.getMethodParameter().getParameterName();
  }

  /** Where in the body something was wrong, and what; never a name of our own code. */
  private static String describe(JacksonException e) {
    TokenStreamLocation at = e.getLocation();
    String path = Words.path(e.getPath());
    return (path.isEmpty() ? "" : path + ": ")
        + reason(e)
        + (at == null ? "" : " (line %d, column %d)".formatted(at.getLineNr(), at.getColumnNr()));
  }

  static String reason(JacksonException e) {
    return e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null
        ? "is no " + Words.kind(mismatch.getTargetType())
        : e.getOriginalMessage().lines().findFirst().orElse("broken JSON").split(" \\(")[0];
  }

  private static String message(Exception e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static HttpHeaders retryAfter() {
    HttpHeaders headers = new HttpHeaders();
    headers.set(HttpHeaders.RETRY_AFTER, "1");
    return headers;
  }

  private static ResponseEntity<Object> unprocessable(String text) {
    return ResponseEntity.status(HttpStatus.UNPROCESSABLE_CONTENT)
        .contentType(MediaType.APPLICATION_JSON)
        .body(Map.of("errors", text));
  }

  private static ResponseEntity<Object> body(
      HttpStatusCode status, HttpHeaders headers, String message) {
    return ResponseEntity.status(status)
        .headers(headers)
        .contentType(MediaType.APPLICATION_JSON)
        .body(Map.of("message", message));
  }
}
