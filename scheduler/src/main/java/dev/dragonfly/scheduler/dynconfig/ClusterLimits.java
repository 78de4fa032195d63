package dev.dragonfly.scheduler.dynconfig;

import dev.dragonfly.common.host.HostType;
import dev.dragonfly.common.policy.BlockList;
import dev.dragonfly.common.policy.CurrentPolicy;
import dev.dragonfly.scheduler.scheduling.Limits;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * Limits of this scheduler, raised or lowered by the cluster's configuration at the manager. While
 * the manager cannot be asked, the last known values stay. The cluster's values are made for
 * upstream peers: ours, which exchange blocks in a mesh, never get fewer than the scheduler's own
 * limits.
 */
public final class ClusterLimits implements Supplier<Limits> {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterLimits.class);
  private static final ObjectMapper JSON = new JsonMapper();
  private static final int MOST_PARENTS = 20;
  private static final int MOST_SAMPLED = 1000;

  private final Limits own;
  private final CurrentPolicy peers;
  private final CurrentPolicy seedPeers;
  private OptionalInt peerUploads = OptionalInt.empty();
  private OptionalInt seedUploads = OptionalInt.empty();
  private volatile Limits now;

  public ClusterLimits(Limits own) {
    this.own = own;
    this.now = own;
    this.peers = new CurrentPolicy(limit -> peerUploads = limit);
    this.seedPeers = new CurrentPolicy(limit -> seedUploads = limit);
  }

  @Override
  public Limits get() {
    return now;
  }

  /** What such a host may not download or upload. */
  public BlockList blocks(HostType type) {
    return (type.isSeed() ? seedPeers : peers).blocks();
  }

  /** Takes what the manager says; one caller at a time. */
  void apply(Cluster cluster) {
    peers.take(cluster.peers());
    seedPeers.take(cluster.seedPeers());
    now = now.withUploads(peerUploads, seedUploads);
    apply(cluster.config());
  }

  /** Takes what the JSON text says; what it does not say or says wrong is left as configured. */
  void apply(String json) {
    if (json.isBlank()) {
      return;
    }
    try {
      JsonNode config = JSON.readTree(json);
      int parents = config.path("candidate_parent_limit").asInt(0);
      int sample = config.path("filter_parent_limit").asInt(0);
      Limits next =
          new Limits(
                  Math.max(own.candidateParents(), Math.min(parents, MOST_PARENTS)),
                  parents < 1 ? own.upstreamParents() : Math.min(parents, MOST_PARENTS),
                  Math.max(own.sample(), Math.min(sample, MOST_SAMPLED)))
              .withUploads(peerUploads, seedUploads);
      if (!next.equals(now)) {
        LOG.info("limits changed limits={}", next);
      }
      now = next;
    } catch (JacksonException e) {
      LOG.warn("cluster configuration is not JSON reason=\"{}\"", e.getMessage());
    }
  }
}
