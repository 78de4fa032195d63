package dev.dragonfly.common.grpc;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Asks a server of ours, or of others, how it is and what time it has. */
public final class HealthCall {
  static final Metadata.Key<String> DATE =
      Metadata.Key.of("date", Metadata.ASCII_STRING_MARSHALLER);

  /** What Netty puts before the words of the system. */
  private static final Pattern NATIVE =
      Pattern.compile("^\\w+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ");

  private HealthCall() {}

  /** What came back. */
  public sealed interface Answer {
    /**
     * It answered.
     *
     * @param isServing whether it can work; a server without the health service can
     * @param date its clock, to the second; servers of others do not say
     */
    record Answered(boolean isServing, Optional<Instant> date) implements Answer {}

    /** It did not; why, in words. */
    record Silent(String why) implements Answer {}
  }

  /** Asks once and waits at most so long; the channel stays open. */
  public static Answer ask(ManagedChannel channel, Duration patience) {
    AtomicReference<@Nullable Metadata> headers = new AtomicReference<>();
    AtomicReference<@Nullable Metadata> trailers = new AtomicReference<>();
    try {
      ServingStatus status =
          HealthGrpc.newBlockingStub(channel)
              .withInterceptors(MetadataUtils.newCaptureMetadataInterceptor(headers, trailers))
              .withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS)
              .check(HealthCheckRequest.getDefaultInstance())
              .getStatus();
      return new Answer.Answered(status == ServingStatus.SERVING, date(trailers.get()));
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.UNIMPLEMENTED) {
        return new Answer.Answered(true, Optional.empty());
      }
      return new Answer.Silent(reason(e, patience));
    }
  }

  private static Optional<Instant> date(@Nullable Metadata trailers) {
    @Nullable String text = trailers == null ? null : trailers.get(DATE);
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text, Instant::from));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** The innermost cause says more than the status: "Connection refused". */
  private static String reason(StatusRuntimeException e, Duration patience) {
    if (e.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED) {
      return "no answer within " + patience.toMillis() + " ms";
    }
    if (e.getCause() == null) {
      return e.getStatus().toString();
    }
    Throwable cause = e.getCause();
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return NATIVE.matcher(String.valueOf(cause.getMessage())).replaceFirst("");
  }
}
