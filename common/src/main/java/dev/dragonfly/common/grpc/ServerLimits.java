package dev.dragonfly.common.grpc;

/**
 * What a gRPC server takes from others before anything of it is looked at. What fits is checked
 * field by field in {@code common.wire}.
 *
 * @param messageBytes longest message
 * @param callsPerConnection calls that one connection may have open at the same time
 * @param connections connections in all
 * @param connectionsPerAddress connections of one IPv4 address or one IPv6 network of 64 bits;
 *     generous, since whole clusters can stand behind one address
 */
public record ServerLimits(
    int messageBytes, int callsPerConnection, int connections, int connectionsPerAddress) {
  /** Enough for every service: lists that could be longer are sent in batches. */
  public static final ServerLimits DEFAULT = new ServerLimits(4 << 20, 512, 16_384, 1_024);

  public ServerLimits {
    if (messageBytes < 1
        || callsPerConnection < 1
        || connections < 1
        || connectionsPerAddress < 1) {
      throw new IllegalArgumentException("limits of a server must be positive");
    }
  }

  /** The same limits with more or fewer calls for each connection. */
  public ServerLimits withCallsPerConnection(int calls) {
    return new ServerLimits(messageBytes, calls, connections, connectionsPerAddress);
  }
}
