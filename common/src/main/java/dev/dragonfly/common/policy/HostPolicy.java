package dev.dragonfly.common.policy;

import java.util.OptionalInt;

/**
 * What a cluster wants of its hosts.
 *
 * @param blocks what they refuse
 * @param loadLimit most pieces that one gives at the same time; absent for what it is configured to
 */
public record HostPolicy(BlockList blocks, OptionalInt loadLimit) {
  /** Nothing is wanted. */
  public static final HostPolicy NONE = new HostPolicy(BlockList.NONE, OptionalInt.empty());
}
