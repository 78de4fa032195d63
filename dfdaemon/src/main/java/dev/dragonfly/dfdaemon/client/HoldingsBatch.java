package dev.dragonfly.dfdaemon.client;

import java.util.List;

/**
 * A part of what a host holds.
 *
 * @param fingerprint of everything that is held
 * @param number of this batch, from 0
 * @param last whether no batch follows
 * @param holdings the tasks
 */
public record HoldingsBatch(long fingerprint, int number, boolean last, List<Holding> holdings) {
  public HoldingsBatch {
    holdings = List.copyOf(holdings);
  }
}
