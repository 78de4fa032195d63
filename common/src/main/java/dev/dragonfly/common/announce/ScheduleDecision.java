package dev.dragonfly.common.announce;

import dev.dragonfly.common.task.TaskFacts;
import java.util.List;

/**
 * What a scheduler answers to a register or a reschedule. Every answer carries what is known of the
 * task.
 */
public sealed interface ScheduleDecision {

  /** What is known of the task's content. */
  TaskFacts facts();

  /** The content is empty. */
  record EmptyTask(TaskFacts facts) implements ScheduleDecision {}

  /** Download from these. */
  record Parents(List<Parent> parents, TaskFacts facts) implements ScheduleDecision {
    public Parents {
      parents = List.copyOf(parents);
      if (parents.isEmpty()) {
        throw new IllegalArgumentException("a decision for parents needs at least one");
      }
    }
  }

  /** Read the source yourself, for what is missing. */
  record BackToSource(String reason, TaskFacts facts) implements ScheduleDecision {}

  /** The peer is known now; nothing is to be downloaded. */
  record MetadataOnly(TaskFacts facts) implements ScheduleDecision {}
}
