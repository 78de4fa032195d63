package dev.dragonfly.dfdaemon.app;

/** What the engine is used for. */
public enum DaemonRole {
  DFDAEMON("dfdaemon"),
  SEED_PEER("seed-peer");

  private final String label;

  DaemonRole(String label) {
    this.label = label;
  }

  /** The name of the service. */
  public String label() {
    return label;
  }

  /** The documented file that holds the defaults: one for both roles, as it is one engine. */
  public static String defaults() {
    return "/config/dfdaemon.yaml";
  }

  /** Whether this host reads sources for others. */
  public boolean isSeed() {
    return this == SEED_PEER;
  }
}
