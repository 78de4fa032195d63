package dev.dragonfly.bench;

import dev.dragonfly.cluster.ClusterException;

/** What a swarm is made to do, again and again. */
interface SwarmWorkload {
  /** Something smaller: afterwards the daemons know each other and are compiled. */
  void warmUp();

  /**
   * Measures once; nothing of it is left afterwards.
   *
   * @throws ClusterException when somebody who lives got wrong bytes or not all of them
   */
  SwarmFigures round();
}
