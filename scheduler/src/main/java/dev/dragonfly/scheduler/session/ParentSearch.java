package dev.dragonfly.scheduler.session;

import dev.dragonfly.common.announce.Parent;
import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.scheduler.resource.Candidate;
import dev.dragonfly.scheduler.resource.TaskView;
import dev.dragonfly.scheduler.scheduling.Child;
import dev.dragonfly.scheduler.scheduling.Decision;
import dev.dragonfly.scheduler.scheduling.Snapshot;
import dev.dragonfly.scheduler.scheduling.Verdict;
import dev.dragonfly.scheduler.store.PeerStore.Committed;
import dev.dragonfly.scheduler.store.PeerStore.Saved;
import dev.dragonfly.scheduler.store.SampleSize;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for parents of one peer: reads the graph, has it decided, commits. Remembers which parents
 * the peer has and which failed it. Owned by the session's mailbox.
 */
final class ParentSearch {
  private static final Logger LOG = LoggerFactory.getLogger(ParentSearch.class);

  private static final String SEED = "-seed";

  private final SessionServices services;
  private final PeerWriter peer;
  private final PeerEvent.Register wanted;
  private final ParentHistory history;
  private final Map<PeerId, Candidate> offered = new LinkedHashMap<>();
  private TaskFacts facts = TaskFacts.NONE;
  private @Nullable TaskView entered;

  ParentSearch(SessionServices services, PeerWriter peer, PeerEvent.Register wanted) {
    this.services = services;
    this.peer = peer;
    this.wanted = wanted;
    this.history = new ParentHistory(services.time());
  }

  /** Whether the peer speaks our extensions. */
  boolean isOurs() {
    return wanted.extVersion() > 0;
  }

  /** Does not offer these for a while: they failed the peer. */
  void rest(Collection<PeerId> failed) {
    history.rest(failed);
    failed.forEach(offered::remove);
  }

  /**
   * Never offers the parent again; its host, where that may be known and is said for the first
   * time.
   */
  Optional<HostId> distrust(PeerId parent) {
    Optional<HostId> host = history.distrust(parent);
    host.ifPresent(ignored -> offered.remove(parent));
    return host;
  }

  /** Whether a parent is a seed; of one given on an earlier stream only its id is known. */
  boolean isSeed(PeerId parent) {
    return history
        .hostOf(parent)
        .map(host -> host.type().isSeed())
        .orElseGet(() -> parent.value().endsWith(SEED));
  }

  /** How many parents more the peer may have. */
  int room() {
    return services.limits().get().parentsFor(wanted.extVersion()) - offered.size();
  }

  /** What the graph knew of the content at the last look. */
  TaskFacts facts() {
    return facts;
  }

  /** Makes the peer known; what is seen of the task meanwhile serves the first decision. */
  void enter() {
    entered = peer.enter(sample());
  }

  /** What the peer shall do now. */
  Decision decide(Child.Wish wish, boolean waitedEnough) {
    Verdict verdict = services.parents().decide(look(wish, waitedEnough));
    LOG.debug(
        "decided task={} peer={} decision={} refused={}",
        peer.taskId(),
        peer.peerId(),
        verdict.decision(),
        verdict.refused());
    return verdict.decision();
  }

  /** Makes them the parents of the peer; those that are gone meanwhile are left out. */
  List<Parent> commit(List<Candidate> chosen) {
    Committed result = peer.commit(chosen.stream().map(Candidate::peerId).toList());
    if (result.saved() == Saved.SUPERSEDED) {
      throw new DragonflyException(
          ErrorCode.FAILED_PRECONDITION,
          "Gave parents to peer %s: it has registered again on another stream, or was deleted"
              .formatted(peer.peerId()));
    }
    Set<PeerId> alive = new HashSet<>(result.parents());
    List<Candidate> accepted =
        chosen.stream().filter(candidate -> alive.contains(candidate.peerId())).toList();
    if (!accepted.isEmpty()) {
      offered.clear();
      accepted.forEach(candidate -> offered.put(candidate.peerId(), candidate));
      history.give(accepted);
    }
    return accepted.stream().map(Candidate::toParent).toList();
  }

  /** All parents of the peer, if there are more now; empty when there are not. */
  List<Parent> grow() {
    Set<PeerId> had = Set.copyOf(offered.keySet());
    List<Candidate> more = services.parents().grow(look(Child.Wish.PARENTS, false), had);
    if (more.isEmpty()) {
      return List.of();
    }
    List<Candidate> all = new ArrayList<>(offered.values());
    all.addAll(more);
    List<Parent> accepted = commit(all);
    return had.containsAll(offered.keySet()) ? List.of() : accepted;
  }

  private Snapshot look(Child.Wish wish, boolean waitedEnough) {
    TaskView view = view();
    view.task().ifPresent(task -> peer.remember(task.facts()));
    facts = trusting(view.task().map(task -> task.facts()).orElse(peer.facts()));
    Child child =
        new Child(
            peer.peerId(),
            peer.host(),
            wanted.extVersion(),
            wish,
            wanted.priority(),
            history.refused(),
            waitedEnough);
    return new Snapshot(child, view, services.seeds().available(peer.host()));
  }

  /** Marks the keys of listed seeds: what these read may be given away before it is all there. */
  private TaskFacts trusting(TaskFacts known) {
    return known.withReaderKeys(
        known.readerKeys().stream()
            .map(key -> services.hosts().isListedSeed(key.hostId()) ? key.asTrusted() : key)
            .toList());
  }

  private TaskView view() {
    TaskView first = entered;
    entered = null;
    return first == null ? services.graph().tasks().look(peer.taskId(), sample()) : first;
  }

  private SampleSize sample() {
    return SampleSize.of(services.limits().get().sample());
  }
}
