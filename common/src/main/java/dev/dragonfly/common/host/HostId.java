package dev.dragonfly.common.host;

import java.util.regex.Pattern;

/**
 * Identity of a host: {@code ip-hostname}, with {@code -seed} behind it for a seed peer.
 *
 * @param value the text, not empty, without control characters
 */
public record HostId(String value) {
  private static final int MAX_LENGTH = 512;
  private static final String SEED = "-seed";
  private static final Pattern UNIQUE =
      Pattern.compile("-[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

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
    return new HostId(ip + "-" + hostname + (seed ? SEED : ""));
  }

  /** Whether the id is that of a seed peer. */
  public boolean isSeed() {
    return value.endsWith(SEED);
  }

  /**
   * Whether the peer runs on this host by its id: the host's id, a UUID and, for a seed, {@code
   * -seed} behind it instead of before. The UUID has a fixed length, so no peer belongs to two
   * hosts of which one has a name that begins with the other's.
   */
  public boolean owns(PeerId peer) {
    if (isUnique(peer.value(), value, "")) {
      return true;
    }
    return value.endsWith(SEED)
        && isUnique(peer.value(), value.substring(0, value.length() - SEED.length()), SEED);
  }

  private static boolean isUnique(String peer, String before, String behind) {
    return peer.startsWith(before)
        && peer.endsWith(behind)
        && peer.length() > before.length() + behind.length()
        && UNIQUE
            .matcher(peer.substring(before.length(), peer.length() - behind.length()))
            .matches();
  }

  @Override
  public String toString() {
    return value;
  }
}
