package dev.dragonfly.dfdaemon.holdings;

import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.dfdaemon.client.Holding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What was held at one moment.
 *
 * @param fingerprint of everything
 * @param hashes of each holding
 * @param holdings everything
 */
record HeldTasks(long fingerprint, Map<TaskId, Long> hashes, List<Holding> holdings) {
  /** Nothing was ever held. */
  static final HeldTasks NONE = new HeldTasks(new Fingerprint().value(), Map.of(), List.of());

  /** What is new or other than it was before. */
  List<Holding> changedSince(HeldTasks before) {
    List<Holding> changed = new ArrayList<>();
    for (Holding holding : holdings) {
      Long hash = hashes.get(holding.task());
      if (hash != null && !hash.equals(before.hashes.get(holding.task()))) {
        changed.add(holding);
      }
    }
    return changed;
  }

  /** What was held before and is not any more. */
  Set<TaskId> goneSince(HeldTasks before) {
    return before.hashes.keySet().stream()
        .filter(task -> !hashes.containsKey(task))
        .collect(Collectors.toSet());
  }

  /** Without the holdings themselves, to be kept for comparison. */
  HeldTasks summary() {
    return new HeldTasks(fingerprint, hashes, List.of());
  }
}
