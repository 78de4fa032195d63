package dev.dragonfly.scheduler.resource;

import dev.dragonfly.common.host.PeerId;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one bounded read of the graph shows of a task.
 *
 * @param task the task, absent when nobody wrote it (or the store was emptied)
 * @param candidates a bounded random sample of live parents
 * @param sourceReaders peers that hold a back-to-source slot now
 * @param seed what the seeds do
 * @param seedHostId the host of the seed that was asked, empty when none
 * @param peerCount peers in the indexes
 */
public record TaskView(
    Optional<TaskRecord> task,
    List<Candidate> candidates,
    Set<PeerId> sourceReaders,
    SeedStatus seed,
    String seedHostId,
    int peerCount) {
  public TaskView {
    candidates = List.copyOf(candidates);
    sourceReaders = Set.copyOf(sourceReaders);
  }
}
