package dev.dragonfly.common.grpc;

import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import java.util.Set;

/**
 * Interop shim: drops the deadline of streams that live as long as a download. Upstream's client
 * sends a 10 s grpc-timeout with them and means only the response headers.
 */
final class StreamDeadlines extends ServerStreamTracer.Factory {
  private static final Metadata.Key<String> TIMEOUT =
      Metadata.Key.of("grpc-timeout", Metadata.ASCII_STRING_MARSHALLER);
  private static final Set<String> LONG_LIVED =
      Set.of(
          "dfdaemon.v2.DfdaemonUpload/SyncPieces",
          "dfdaemon.v2.DfdaemonUpload/SyncPersistentPieces",
          "dfdaemon.v2.DfdaemonUpload/SyncPersistentCachePieces",
          "dfdaemon.v2.DfdaemonUpload/SyncHost");

  private static final ServerStreamTracer NOTHING = new ServerStreamTracer() {};

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    if (LONG_LIVED.contains(method)) {
      headers.discardAll(TIMEOUT);
    }
    return NOTHING;
  }
}
