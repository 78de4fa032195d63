package dev.dragonfly.scheduler.resource;

/** Where a peer is in its download. */
public enum PeerState {
  /** Registered, without an answer yet. */
  PENDING("ReceivedNormal"),
  /** Downloads from parents. */
  RUNNING("Running"),
  /** Reads the source. */
  BACK_TO_SOURCE("BackToSource"),
  /** Holds everything. */
  SUCCEEDED("Succeeded"),
  /** Gave up. */
  FAILED("Failed"),
  /** Holds some pieces and downloads nothing. */
  HOLDING("Running");

  private final String wireName;

  PeerState(String wireName) {
    this.wireName = wireName;
  }

  /** The name that upstream clients and consoles know. */
  public String wireName() {
    return wireName;
  }
}
