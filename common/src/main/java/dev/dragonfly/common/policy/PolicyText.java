package dev.dragonfly.common.policy;

/**
 * What a cluster wants of a host, in the words of the manager: JSON, or empty.
 *
 * @param blocks holds the block list
 * @param load holds the load limit
 */
public record PolicyText(String blocks, String load) {
  /** Nothing. */
  public static final PolicyText NONE = new PolicyText("", "");
}
