package dev.dragonfly.common.manager;

import java.time.Duration;
import java.util.Optional;

/** Who registers at the manager. */
public sealed interface Member {
  /** What both kinds say of themselves. */
  Place place();

  /** Time between signs of life. */
  Duration keepAliveInterval();

  /**
   * Where a member is reached, and where it belongs.
   *
   * @param hostname its name
   * @param ip address under which others reach it
   * @param port its gRPC port
   * @param clusterId its cluster, from 1: of schedulers for a scheduler, of seed peers for a seed
   * @param idc data centre
   * @param location place
   */
  record Place(
      String hostname,
      String ip,
      int port,
      long clusterId,
      Optional<String> idc,
      Optional<String> location) {}

  /** A scheduler. */
  record Scheduler(Place place, Duration keepAliveInterval) implements Member {}

  /**
   * A seed peer.
   *
   * @param downloadPort port of the piece protocol
   */
  record Seed(Place place, int downloadPort, Duration keepAliveInterval) implements Member {}
}
