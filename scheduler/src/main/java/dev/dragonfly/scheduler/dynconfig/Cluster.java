package dev.dragonfly.scheduler.dynconfig;

import java.util.List;

/**
 * What the manager says of this scheduler's cluster.
 *
 * @param config its configuration as JSON text; empty text when it has none
 * @param seeds its seed peers that live
 */
public record Cluster(String config, List<Seed> seeds) {
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
