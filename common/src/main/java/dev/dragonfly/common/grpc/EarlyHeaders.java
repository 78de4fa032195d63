package dev.dragonfly.common.grpc;

import io.grpc.ForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Set;

/**
 * Sends the response headers of long-lived streams at once. Upstream's client gives up a stream
 * whose headers do not come within 10 s, and grpc-java sends them with the first message only.
 */
final class EarlyHeaders implements ServerInterceptor {
  private static final Set<String> METHODS =
      Set.of(
          "AnnouncePeer",
          "SyncPieces",
          "SyncPersistentPieces",
          "SyncPersistentCachePieces",
          "SyncHost");

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (!METHODS.contains(String.valueOf(call.getMethodDescriptor().getBareMethodName()))) {
      return next.startCall(call, headers);
    }
    HeadersSentCall<Q, A> early = new HeadersSentCall<>(call);
    ServerCall.Listener<Q> listener = next.startCall(early, headers);
    early.sendNow();
    return listener;
  }

  /** Sends headers once, whoever asks first. */
  private static final class HeadersSentCall<Q, A>
      extends ForwardingServerCall.SimpleForwardingServerCall<Q, A> {
    private boolean sent;
    private boolean closed;

    HeadersSentCall(ServerCall<Q, A> call) {
      super(call);
    }

    synchronized void sendNow() {
      if (!sent && !closed) {
        sent = true;
        super.sendHeaders(new Metadata());
      }
    }

    @Override
    public synchronized void sendHeaders(Metadata headers) {
      if (!sent) {
        sent = true;
        super.sendHeaders(headers);
      }
    }

    @Override
    public void close(Status status, Metadata trailers) {
      synchronized (this) {
        closed = true;
      }
      super.close(status, trailers);
    }
  }
}
