package dev.dragonfly.common.host;

import java.util.UUID;

/**
 * Identity of one download of one task on one host: {@code ip-hostname-uuid}, with {@code -seed}
 * behind it for a seed peer.
 *
 * @param value the text, not empty, without control characters
 */
public record PeerId(String value) {
  private static final int MAX_LENGTH = 1024;

  public PeerId {
    if (value.isEmpty() || value.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "peer id must have 1 to 1024 characters, got " + value.length());
    }
    if (value.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("peer id must not have control characters");
    }
  }

  /** The id of a peer on the host with this address and name. */
  public static PeerId of(String ip, String hostname, UUID random, boolean seed) {
    return new PeerId(ip + "-" + hostname + "-" + random + (seed ? "-seed" : ""));
  }

  @Override
  public String toString() {
    return value;
  }
}
