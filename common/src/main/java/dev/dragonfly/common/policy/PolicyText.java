package dev.dragonfly.common.policy;

import java.util.Map;

/**
 * What a cluster wants of a host, in the words of the manager: JSON, or empty.
 *
 * @param blocks holds the block list
 * @param load holds the load limit
 */
public record PolicyText(String blocks, String load) {
  /** Nothing. */
  public static final PolicyText NONE = new PolicyText("", "");

  /** As one document, for a file. */
  public String toJson() {
    return PolicyJson.write(Map.of("blocks", blocks, "load", load));
  }

  /**
   * What {@link #toJson} wrote.
   *
   * @throws IllegalArgumentException when it is something else
   */
  public static PolicyText parse(String json) {
    Map<?, ?> keys = PolicyJson.read(json);
    if (keys.get("blocks") instanceof String blocks && keys.get("load") instanceof String load) {
      return new PolicyText(blocks, load);
    }
    throw new IllegalArgumentException("no blocks and load in the policy that was kept");
  }
}
