package dev.dragonfly.scheduler.job;

import java.util.Locale;

/** Which hosts a preheat is for. */
public enum PreheatScope {
  /** One seed for each content; the next one when it fails. */
  SINGLE_SEED_PEER,
  /** All seeds that are believed, or some of them. */
  ALL_SEED_PEERS,
  /** All ordinary hosts, or some of them. */
  ALL_PEERS;

  /** Its name on the wire. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * From the wire; an empty text is a single seed.
   *
   * @throws IllegalArgumentException saying what is expected
   */
  public static PreheatScope of(String text) {
    for (PreheatScope scope : values()) {
      if (scope.wireName().equals(text)) {
        return scope;
      }
    }
    if (text.isEmpty()) {
      return SINGLE_SEED_PEER;
    }
    throw new IllegalArgumentException(
        "expected single_seed_peer, all_seed_peers or all_peers, got a text of %d characters"
            .formatted(text.length()));
  }
}
