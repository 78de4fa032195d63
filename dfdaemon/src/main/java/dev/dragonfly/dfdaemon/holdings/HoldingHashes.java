package dev.dragonfly.dfdaemon.holdings;

import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.dfdaemon.client.Holding;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Hashes holdings, each once for as long as it is the same object: of a hundred thousand finished
 * tasks none is hashed again at the next report. Used by one thread.
 */
final class HoldingHashes {
  private Map<TaskId, Hashed> last = Map.of();

  private record Hashed(Holding holding, long hash) {}

  HeldTasks of(List<Holding> holdings) {
    Map<TaskId, Hashed> now = HashMap.newHashMap(holdings.size());
    Map<TaskId, Long> hashes = HashMap.newHashMap(holdings.size());
    Fingerprint fingerprint = new Fingerprint();
    for (Holding holding : holdings) {
      Hashed hashed = hashed(holding, fingerprint);
      fingerprint.add(hashed.hash());
      now.put(holding.task(), hashed);
      hashes.put(holding.task(), hashed.hash());
    }
    last = now;
    return new HeldTasks(fingerprint.value(), hashes, holdings);
  }

  @SuppressWarnings("ReferenceEquality") // Comparing all fields would cost what hashing does.
  private Hashed hashed(Holding holding, Fingerprint fingerprint) {
    Hashed before = last.get(holding.task());
    return before != null && before.holding() == holding
        ? before
        : new Hashed(holding, fingerprint.hash(holding));
  }
}
