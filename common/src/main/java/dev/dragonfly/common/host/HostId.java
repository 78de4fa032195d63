package dev.dragonfly.common.host;

/**
 * Identity of a host: {@code ip-hostname}, with {@code -seed} behind it for a seed peer.
 *
 * @param value the text, not empty
 */
public record HostId(String value) {
  private static final int MAX_LENGTH = 512;

  public HostId {
    if (value.isEmpty() || value.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("host id must have 1 to 512 characters: '" + value + "'");
    }
  }

  /** The id of the host with this address and name. */
  public static HostId of(String ip, String hostname, boolean seed) {
    return new HostId(ip + "-" + hostname + (seed ? "-seed" : ""));
  }

  @Override
  public String toString() {
    return value;
  }
}
