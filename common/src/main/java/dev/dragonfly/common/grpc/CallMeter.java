package dev.dragonfly.common.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Counts the calls of a server and their messages, under the names that dashboards of gRPC for
 * Prometheus ask for. Goes around all other interceptors, so that refused calls count too. Only
 * methods that the server has are counted, which bounds the labels. Safe for any thread.
 */
public final class CallMeter implements ServerInterceptor {
  private final MeterRegistry registry;
  private final Map<String, Method> methods = new ConcurrentHashMap<>();

  public CallMeter(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Method method =
        methods.computeIfAbsent(
            call.getMethodDescriptor().getFullMethodName(), name -> new Method(call));
    method.started.increment();
    // A call that was closed may be cancelled as well when its end does not reach the client.
    AtomicBoolean handled = new AtomicBoolean();
    ServerCall<Q, A> counted =
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void sendMessage(A message) {
            method.sent.increment();
            super.sendMessage(message);
          }

          @Override
          public void close(Status status, Metadata trailers) {
            if (handled.compareAndSet(false, true)) {
              method.handled(status.getCode());
            }
            super.close(status, trailers);
          }
        };
    return new SimpleForwardingServerCallListener<>(next.startCall(counted, headers)) {
      @Override
      public void onMessage(Q message) {
        method.received.increment();
        super.onMessage(message);
      }

      @Override
      public void onCancel() {
        if (handled.compareAndSet(false, true)) {
          method.handled(Status.Code.CANCELLED);
        }
        super.onCancel();
      }
    };
  }

  /** The counters of a method. */
  private final class Method {
    private final Tags tags;
    private final Counter started;
    private final Counter received;
    private final Counter sent;

    Method(ServerCall<?, ?> call) {
      MethodDescriptor<?, ?> method = call.getMethodDescriptor();
      tags =
          Tags.of(
              "grpc_type",
              type(method.getType()),
              "grpc_service",
              text(method.getServiceName()),
              "grpc_method",
              text(method.getBareMethodName()));
      started = registry.counter("grpc_server_started", tags);
      received = registry.counter("grpc_server_msg_received", tags);
      sent = registry.counter("grpc_server_msg_sent", tags);
    }

    void handled(Status.Code code) {
      registry.counter("grpc_server_handled", tags.and("grpc_code", word(code))).increment();
    }
  }

  private static String text(@Nullable String name) {
    return name == null ? "" : name;
  }

  private static String type(MethodDescriptor.MethodType type) {
    return switch (type) {
      case UNARY -> "unary";
      case CLIENT_STREAMING -> "client_stream";
      case SERVER_STREAMING -> "server_stream";
      case BIDI_STREAMING, UNKNOWN -> "bidi_stream";
    };
  }

  /** As gRPC for Go writes it, which dashboards compare with: {@code InvalidArgument}. */
  private static String word(Status.Code code) {
    if (code == Status.Code.OK) {
      return "OK";
    }
    if (code == Status.Code.CANCELLED) {
      return "Canceled";
    }
    StringBuilder word = new StringBuilder();
    for (String part : code.name().split("_")) {
      word.append(part.charAt(0)).append(part.substring(1).toLowerCase(Locale.ROOT));
    }
    return word.toString();
  }
}
