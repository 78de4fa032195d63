package dev.dragonfly.scheduler.store;

import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.scheduler.resource.PeerRecord;
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

  /** Writes the peer and makes its owner the one that speaks for it. */
  Saved take(PeerRecord peer);

  /** Writes the peer, if its owner still speaks for it. */
  Saved save(PeerRecord peer);

  /** Writes what a host reports to hold, unless a live stream speaks for the peer. */
  void hold(PeerRecord peer);

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
