package dev.dragonfly.manager.dispatch;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Schedulers of a cluster of which any one will do: the first does the work, the others stand in
 * for it.
 *
 * @param schedulers in the order in which they are tried; at least one
 */
public record SchedulerGroup(long clusterId, List<SchedulerAddress> schedulers) {
  private static final Logger LOG = LoggerFactory.getLogger(SchedulerGroup.class);

  public SchedulerGroup {
    schedulers = List.copyOf(schedulers);
    if (schedulers.isEmpty()) {
      throw new IllegalArgumentException("a group of schedulers has at least one");
    }
  }

  /**
   * What the first scheduler says that can be had. The question may be put to several, one after
   * the other, each time after an earlier one has begun: what that one finished is to be left out.
   *
   * @throws DragonflyException of the last scheduler when none can be had; of the first that fails
   *     in another way than UNAVAILABLE and DEADLINE_EXCEEDED
   */
  public <T> T ask(Function<SchedulerAddress, T> question) {
    for (SchedulerAddress scheduler : schedulers.subList(0, schedulers.size() - 1)) {
      try {
        return question.apply(scheduler);
      } catch (DragonflyException e) {
        if (!standsInFor(e.code())) {
          throw e;
        }
        LOG.warn(
            "scheduler not to be had, the next is asked scheduler={} cluster={} reason=\"{}\"",
            scheduler.hostname(),
            clusterId,
            e.getMessage());
      }
    }
    return question.apply(schedulers.getLast());
  }

  /** Whether another scheduler, or the same one later, may do what failed so. */
  public static boolean standsInFor(ErrorCode code) {
    return code == ErrorCode.UNAVAILABLE || code == ErrorCode.DEADLINE_EXCEEDED;
  }
}
