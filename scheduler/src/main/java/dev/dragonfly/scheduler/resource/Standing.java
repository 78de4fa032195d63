package dev.dragonfly.scheduler.resource;

/** What a peer is worth as a parent, best first. */
public enum Standing {
  /** Has everything, or reads the source. */
  FULL("full"),
  /** Has at least one piece. */
  PARTIAL("part"),
  /** Has parents but no piece yet: useful to peers that exchange blocks. */
  MESH("mesh"),
  /** Not a parent. */
  NONE("");

  private final String key;

  Standing(String key) {
    this.key = key;
  }

  /** Short name used in keys of the store; empty for {@link #NONE}. */
  public String key() {
    return key;
  }

  /** Whether bytes come out of such a peer without anybody else's help. */
  public boolean isRoot() {
    return this == FULL || this == PARTIAL;
  }
}
