package dev.dragonfly.scheduler.dynconfig;

import dev.dragonfly.common.policy.PolicyText;
import java.util.List;

/**
 * What the manager says of this scheduler's cluster.
 *
 * @param config its configuration as JSON text; empty text when it has none
 * @param peers what it wants of its ordinary hosts
 * @param seedPeers what it wants of its seeds
 * @param seeds its seed peers that live
 */
public record Cluster(String config, PolicyText peers, PolicyText seedPeers, List<Seed> seeds) {
  public Cluster {
    seeds = List.copyOf(seeds);
  }

  /**
   * A seed peer as it registered.
   *
   * @param hostname its name
   * @param ip its address
   * @param port its gRPC port
   */
  public record Seed(String hostname, String ip, int port) {}
}
