package dev.dragonfly.common.policy;

import java.util.OptionalInt;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a cluster wants of its hosts, as the manager said last; nothing before it ever did. While
 * the manager is away the last word holds. One writer; reads by any thread.
 */
public final class CurrentPolicy {
  private static final Logger LOG = LoggerFactory.getLogger(CurrentPolicy.class);

  private final Consumer<OptionalInt> loadLimit;
  private PolicyText told = PolicyText.NONE;
  private volatile HostPolicy now = HostPolicy.NONE;

  /**
   * @param loadLimit told how many pieces a host may give at the same time, whenever that changes
   */
  public CurrentPolicy(Consumer<OptionalInt> loadLimit) {
    this.loadLimit = loadLimit;
  }

  /** What is refused now. */
  public BlockList blocks() {
    return now.blocks();
  }

  /** Expressions are compiled when the words changed only: they come at each refresh. */
  public void take(PolicyText text) {
    if (text.equals(told)) {
      return;
    }
    told = text;
    HostPolicy before = now;
    now = HostPolicyReader.read(text);
    if (!now.loadLimit().equals(before.loadLimit())) {
      loadLimit.accept(now.loadLimit());
    }
    LOG.info("policy of the cluster changed load_limit={}", now.loadLimit());
  }
}
