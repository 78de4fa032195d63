package dev.dragonfly.scheduler.resource;

import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one bounded read of the graph shows of a task.
 *
 * @param task the task, absent when nobody wrote it (or the store was emptied)
 * @param candidates a bounded random sample of live parents, one of each host
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
    candidates = onePerHost(candidates);
    sourceReaders = Set.copyOf(sourceReaders);
  }

  /** Parents are hosts: two peers of one would take the places of others. The best one stays. */
  private static List<Candidate> onePerHost(List<Candidate> candidates) {
    Map<HostId, Candidate> best = new LinkedHashMap<>();
    for (Candidate candidate : candidates) {
      best.merge(
          candidate.host().id(),
          candidate,
          (a, b) -> b.standing().compareTo(a.standing()) < 0 ? b : a);
    }
    return List.copyOf(best.values());
  }
}
