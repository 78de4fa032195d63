package dev.dragonfly.scheduler.store;

import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.scheduler.resource.PeerRecord;
import dev.dragonfly.scheduler.resource.TaskView;
import java.util.List;
import java.util.Optional;

/**
 * The peers of tasks and who feeds whom. Bounded blocking calls, errors as in {@link HostStore}.
 */
public interface PeerStore {
  /** What became of a write. */
  enum Saved {
    /** Done. */
    DONE,
    /** Done, but the task itself is not there: the store was emptied, save it again. */
    TASK_MISSING,
    /** Refused: a later stream speaks for this peer. */
    SUPERSEDED
  }

  /**
   * What became of a choice of parents.
   *
   * @param saved whether the peer was written; it is not when no parent was left
   * @param parents those of the chosen that are still there
   */
  record Committed(Saved saved, List<PeerId> parents) {}

  /**
   * Writes task and peer, makes the peer's owner the one that speaks for it, and looks at the task:
   * one round trip.
   *
   * @param spec what is downloaded
   * @param facts what the peer knows of the content; fills gaps only
   */
  TaskView enter(TaskSpec spec, TaskFacts facts, PeerRecord peer, SampleSize sample);

  /**
   * What a host holds of a task.
   *
   * @param spec identity of the task
   * @param facts what the host knows of the content
   * @param peer the peer that holds it
   */
  record Held(TaskSpec spec, TaskFacts facts, PeerRecord peer) {}

  /** Writes the peer, if its owner still speaks for it. */
  Saved save(PeerRecord peer);

  /** Writes what a host reports to hold, except where a live stream speaks for the peer. */
  void hold(List<Held> held);

  /** Writes the child and its edges from those of the parents that still are parents. */
  Committed commit(PeerRecord child, List<PeerId> parents);

  /** The peer. */
  Optional<PeerRecord> find(TaskId task, PeerId peer);

  /** Parents of the peer. */
  List<PeerId> parents(TaskId task, PeerId peer);

  /** Forgets the peer. */
  void delete(TaskId task, PeerId peer);

  /** Forgets all peers of the host in the task. */
  void deleteHost(TaskId task, HostId host);

  /**
   * Counts that {@code reporter} got wrong bytes from the parent; returns how many hosts say so.
   */
  int blame(TaskId task, PeerId parent, HostId reporter);
}
