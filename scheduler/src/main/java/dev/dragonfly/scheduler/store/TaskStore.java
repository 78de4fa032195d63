package dev.dragonfly.scheduler.store;

import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.scheduler.resource.TaskRecord;
import dev.dragonfly.scheduler.resource.TaskView;
import java.util.List;
import java.util.Optional;

/** The tasks of the cluster. Bounded blocking calls, errors as in {@link HostStore}. */
public interface TaskStore {
  /**
   * Creates the task or completes it.
   *
   * @param fromSource whether the facts come from a source reader and replace what is known;
   *     otherwise they only fill gaps. Reader keys are always united.
   */
  void save(TaskId id, TaskSpec spec, TaskFacts facts, boolean fromSource);

  /** The task. */
  Optional<TaskRecord> find(TaskId id);

  /** One bounded read of what a decision needs. */
  TaskView look(TaskId id, SampleSize sample);

  /** Notes pieces with their digests, as source readers report them. */
  void savePieces(TaskId id, List<Piece> pieces);

  /** The pieces noted, in order of their numbers. */
  List<Piece> pieces(TaskId id);

  /** Forgets the task and all its peers. */
  void delete(TaskId id);
}
