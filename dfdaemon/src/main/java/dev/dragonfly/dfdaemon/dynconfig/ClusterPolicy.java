package dev.dragonfly.dfdaemon.dynconfig;

import dev.dragonfly.common.policy.BlockList;
import dev.dragonfly.common.policy.HostPolicy;
import dev.dragonfly.common.policy.HostPolicyReader;
import dev.dragonfly.dfdaemon.client.ManagerClient.Wishes;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the cluster wants of this host, as the manager said last; nothing before it ever did. While
 * the manager is away the last word holds. One writer; reads by any thread.
 */
public final class ClusterPolicy {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterPolicy.class);

  private final Consumer<OptionalInt> loadLimit;
  private Wishes told = Wishes.NONE;
  private volatile HostPolicy now = HostPolicy.NONE;

  /**
   * @param loadLimit told how many pieces may be given at the same time, whenever that changes
   */
  public ClusterPolicy(Consumer<OptionalInt> loadLimit) {
    this.loadLimit = loadLimit;
  }

  /** What is refused now. */
  public BlockList blocks() {
    return now.blocks();
  }

  /** Expressions are compiled when the words changed only: they come at each refresh. */
  public void take(Wishes wishes) {
    if (wishes.equals(told)) {
      return;
    }
    told = wishes;
    HostPolicy before = now;
    now = HostPolicyReader.read(wishes.blocks(), wishes.load());
    if (!now.loadLimit().equals(before.loadLimit())) {
      loadLimit.accept(now.loadLimit());
    }
    LOG.info("policy of the cluster changed load_limit={}", now.loadLimit());
  }
}
