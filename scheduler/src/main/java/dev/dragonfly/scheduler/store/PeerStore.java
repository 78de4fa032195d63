package dev.dragonfly.scheduler.store;

import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.scheduler.resource.PeerRecord;
import dev.dragonfly.scheduler.resource.TaskView;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The peers of tasks and who feeds whom. Bounded blocking calls, errors as in {@link HostStore}.
 *
 * <p>A host has one peer in a task: each register or report drops what else is known of the host
 * there, except peers whose stream lives. Of several live ones the one with most to give is offered
 * to others.
 */
public interface PeerStore {
  /** What became of a write. */
  enum Saved {
    /** Done. */
    DONE,
    /** Done, but the task itself is not there: the store was emptied, heal it. */
    TASK_MISSING,
    /** Refused: a later stream speaks for this peer, or it was deleted. */
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
   * @param spec what is downloaded; its digest and headers are not kept
   */
  TaskView enter(TaskSpec spec, PeerRecord peer, SampleSize sample);

  /**
   * What a host holds of a task.
   *
   * @param spec identity of the task
   * @param facts what the host knows of the content, see {@link TaskStore#heal}
   * @param peer the peer that holds it
   * @param readSource whether the host read of it at the source, so that its own key signs runs
   */
  record Held(TaskSpec spec, TaskFacts facts, PeerRecord peer, boolean readSource) {}

  /** Writes the peer, if its owner still speaks for it. */
  Saved save(PeerRecord peer);

  /**
   * Writes what a host reports to hold, except where a live stream speaks for the host. Who holds
   * another content than the known one is nobody's parent.
   */
  void hold(List<Held> held);

  /** Writes the child and its edges from those of the parents that still are parents. */
  Committed commit(PeerRecord child, List<PeerId> parents);

  /** The peer. */
  Optional<PeerRecord> find(TaskId task, PeerId peer);

  /**
   * Forgets the peer. What its stream still writes of it is refused, and no slot is given to it,
   * until it registers again: the peer is not there again because its stream did not hear of this.
   */
  void delete(TaskId task, PeerId peer);

  /** Forgets all peers of the host in these tasks. */
  void deleteHost(HostId host, Collection<TaskId> tasks);

  /**
   * Forgets the peers of the host in tasks that its complete report did not name.
   *
   * @param asked when the host was asked for everything: what was written since stays, and so do
   *     peers whose stream lives
   */
  void retire(HostId host, Collection<TaskId> tasks, Instant asked);

  /**
   * Counts that the reporting host got wrong bytes from others. A host counts against another once;
   * it counts at all only if it takes part in the task, and against those only that were its
   * parents or read the source. A host that so many report is not trusted in this task again: its
   * key is dropped, and {@link dev.dragonfly.scheduler.resource.Candidate#blames} tells.
   *
   * @param limit how many hosts have to say so
   * @return who has reached the limit
   */
  Set<HostId> blame(TaskId task, HostId reporter, Set<HostId> blamed, int limit);
}
