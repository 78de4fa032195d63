package dev.dragonfly.scheduler.store;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.scheduler.resource.TaskView;
import java.util.List;

/**
 * The tasks of the cluster. Bounded blocking calls, errors as in {@link HostStore}.
 *
 * <p>What is known of a content comes from who read it at its source. The digest of the whole is
 * never kept: a caller's digest is his own wish, and whoever knows one compares it himself.
 */
public interface TaskStore {
  /**
   * A peer that reads the source.
   *
   * @param peer the peer
   * @param host its host, whose announced key signs what it reads
   * @param epoch of its back-to-source slot, see {@link LeaseStore#claimSlot}
   */
  record SourceReader(PeerId peer, Host host, long epoch) {}

  /** What became of what a source reader told. */
  enum Learnt {
    /** Known from now on, or known already. */
    TAKEN,
    /**
     * Not taken: others hold bytes of another state of the source. Content of this reader must not
     * be mixed with theirs, so it is nobody's parent.
     */
    CONTRADICTED,
    /** Not taken: the slot lapsed or is another's. Claim it again and tell again. */
    NO_SLOT
  }

  /**
   * Takes what the holder of a back-to-source slot read. The first reader's lengths and version
   * stand as long as anybody else holds bytes; after that a reader of another state of the source
   * replaces them, with all keys and noted pieces. What was not read here but healed gives way at
   * once. Digest and keys in {@code facts} are ignored; the reader's own announced key is added.
   */
  Learnt learn(TaskId id, SourceReader reader, TaskFacts facts);

  /**
   * Creates the task if it is not there, and takes the facts only if nothing at all is known of the
   * content: so an emptied store heals by what holders say. Digest and keys are ignored, and so is
   * an empty content.
   */
  void heal(TaskId id, TaskSpec spec, TaskFacts facts);

  /** One bounded read of what a decision needs. */
  TaskView look(TaskId id, SampleSize sample);

  /** Notes pieces with their digests, as source readers report them. */
  void savePieces(TaskId id, List<Piece> pieces);

  /** The pieces noted, in order of their numbers. */
  List<Piece> pieces(TaskId id);
}
