package dev.dragonfly.manager.rpc;

import dev.dragonfly.api.manager.v2.Scheduler;
import dev.dragonfly.manager.searcher.PlacedScheduler;
import dev.dragonfly.manager.searcher.SchedulerSearch.Found;
import dev.dragonfly.manager.searcher.TopologySnapshot;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The schedulers of the newest topology as messages, each made once: they hold JSON that is taken
 * apart and put together again, for every daemon the same. Safe for any thread.
 */
final class SchedulerMessages {
  private volatile @Nullable Made made;

  /** Of one topology; the messages by the number of the scheduler. */
  private record Made(TopologySnapshot of, Map<Long, Scheduler> messages) {}

  List<Scheduler> of(Found found) {
    Made now = made;
    if (now == null || now.of() != found.topology()) {
      now = new Made(found.topology(), new ConcurrentHashMap<>());
      made = now;
    }
    Map<Long, Scheduler> messages = now.messages();
    return found.schedulers().stream().map(one -> message(messages, one)).toList();
  }

  private static Scheduler message(Map<Long, Scheduler> messages, PlacedScheduler placed) {
    return messages.computeIfAbsent(
        placed.scheduler().id(), unknown -> ManagerMessages.scheduler(placed));
  }
}
