package dev.dragonfly.dfdaemon.net;

import java.nio.file.Path;

/**
 * What both ends of the light path between dfget and the daemon of its host agree on; its messages
 * are in {@code light.proto}.
 */
public final class LightProtocol {
  /** Said in the greeting; a client that knows another one speaks gRPC. */
  public static final int VERSION = 1;

  /** Longest request: more than any download that would be taken, so that its refusal says why. */
  public static final int REQUEST_BYTES = 1 << 20;

  /** Longest answer: the list of the pieces of the largest content, as over gRPC. */
  public static final int ANSWER_BYTES = 32 << 20;

  private LightProtocol() {}

  /** The socket of the light path of the daemon whose gRPC is at this one. */
  public static Path beside(Path socket) {
    return socket.resolveSibling(socket.getFileName() + ".light");
  }
}
