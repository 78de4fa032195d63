package dev.dragonfly.common.host;

/**
 * Identity of a host: {@code ip-hostname}, with {@code -seed} behind it for a seed peer.
 *
 * @param value the text, not empty, without control characters
 */
public record HostId(String value) {
  private static final int MAX_LENGTH = 512;

  public HostId {
    if (value.isEmpty() || value.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "host id must have 1 to 512 characters, got " + value.length());
    }
    if (value.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("host id must not have control characters");
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
