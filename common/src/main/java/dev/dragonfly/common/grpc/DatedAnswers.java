package dev.dragonfly.common.grpc;

import dev.dragonfly.common.time.Time;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Says at the end of each answer what time it is here, so that a caller sees how far his clock is
 * off. In the trailers: headers may have been sent by others before.
 */
final class DatedAnswers implements ServerInterceptor {
  private final Time time;

  DatedAnswers(Time time) {
    this.time = time;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return next.startCall(
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            trailers.put(
                HealthCall.DATE,
                DateTimeFormatter.RFC_1123_DATE_TIME.format(time.now().atOffset(ZoneOffset.UTC)));
            super.close(status, trailers);
          }
        },
        headers);
  }
}
