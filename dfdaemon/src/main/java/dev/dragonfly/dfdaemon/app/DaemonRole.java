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

  /** The documented file of the service, which holds its defaults. */
  public String defaults() {
    return "/config/" + label + ".yaml";
  }

  /** Whether this host reads sources for others. */
  public boolean isSeed() {
    return this == SEED_PEER;
  }
}
