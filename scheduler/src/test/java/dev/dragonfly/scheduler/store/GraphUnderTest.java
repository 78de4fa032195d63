package dev.dragonfly.scheduler.store;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.scheduler.resource.Candidate;
import dev.dragonfly.scheduler.resource.PeerRecord;
import dev.dragonfly.scheduler.resource.PeerState;
import dev.dragonfly.scheduler.resource.Standing;
import dev.dragonfly.scheduler.resource.TaskView;
import dev.dragonfly.scheduler.store.TaskStore.Learnt;
import dev.dragonfly.scheduler.store.TaskStore.SourceReader;
import dev.dragonfly.scheduler.testing.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A graph that a contract is held to, and the words in which the contracts are written. */
public interface GraphUnderTest {
  Duration LONG = Duration.ofMinutes(5);
  Duration SHORT = Duration.ofMillis(250);
  SampleSize SAMPLE = SampleSize.of(64);
  TaskSpec SPEC = TaskSpec.ofUrl("http://origin.test/file");
  TaskId TASK = Samples.task('b');
  Instant AT = Instant.ofEpochMilli(1_700_000_000_000L);

  /** The graph; the same all through one test. */
  Graph graph();

  /** Returns when that much time has passed on the graph's clock. */
  void pass(Duration time) throws InterruptedException;

  default TaskView look() {
    return graph().tasks().look(TASK, SAMPLE);
  }

  default TaskView enter(PeerRecord peer) {
    return graph().peers().enter(SPEC, peer, SAMPLE);
  }

  default TaskFacts facts() {
    return look().task().orElseThrow().facts();
  }

  default List<PeerId> offered() {
    return look().candidates().stream().map(Candidate::peerId).toList();
  }

  default Candidate candidate(PeerRecord peer) {
    return look().candidates().stream()
        .filter(candidate -> candidate.peerId().equals(peer.id()))
        .findFirst()
        .orElseThrow(() -> new AssertionError("not offered: " + peer.id()));
  }

  /** Reads the source with a slot of its own, and tells what it read. */
  default Learnt reads(PeerRecord peer, TaskFacts facts) {
    long epoch = graph().leases().claimSlot(TASK, peer.id(), Integer.MAX_VALUE, LONG).orElseThrow();
    return graph().tasks().learn(TASK, new SourceReader(peer.id(), peer.host(), epoch), facts);
  }

  /** A peer that holds pieces for good, in the name of its former stream. */
  static PeerRecord holder(Host host, String name, Standing standing) {
    return record(host, name, standing, PeerState.SUCCEEDED, Optional.empty(), "stream-" + name);
  }

  /** A peer whose stream lives. */
  static PeerRecord streaming(Host host, String name, Standing standing) {
    PeerState state = standing == Standing.NONE ? PeerState.PENDING : PeerState.RUNNING;
    return record(host, name, standing, state, Optional.of(LONG), "stream-" + name);
  }

  /** A peer as its host reports it. */
  static PeerRecord reported(Host host, String name) {
    Optional<Duration> good = Optional.empty();
    return record(host, name, Standing.FULL, PeerState.SUCCEEDED, good, PeerRecord.HOLDINGS);
  }

  static PeerRecord record(
      Host host,
      String name,
      Standing standing,
      PeerState state,
      Optional<Duration> lease,
      String owner) {
    PieceBitmap pieces = standing.isRoot() ? PieceBitmap.full(2) : PieceBitmap.EMPTY;
    return new PeerRecord(
        new PeerId(name), TASK, host, state, standing, pieces, 0, owner, lease, AT, AT);
  }
}
