package dev.dragonfly.scheduler.store.memory;

import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.scheduler.resource.PeerRecord;
import dev.dragonfly.scheduler.resource.TaskRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the stores in memory share; guarded by this object's lock. */
final class MemoryState {
  final Time time;
  final Map<HostId, KnownHost> hosts = new HashMap<>();
  final Map<HostId, Set<TaskId>> joined = new HashMap<>();
  final Map<HostId, Held> held = new HashMap<>();
  final Map<HostId, Report> reports = new HashMap<>();
  final Map<TaskId, KnownTask> tasks = new HashMap<>();
  final Map<TaskId, List<Runnable>> listeners = new HashMap<>();
  private boolean broken;

  record KnownHost(Host host, long until) {}

  record Held(long fingerprint, long reportedAt, long until) {}

  /** A complete report under way: what was named, when it was asked for, which batch comes next. */
  record Report(Set<TaskId> named, Instant asked, int next) {}

  /**
   * A peer, until when it is believed (null means for ever), when it was written, and whether
   * others are given it as a parent.
   */
  record KnownPeer(PeerRecord peer, @Nullable Long until, long put, boolean offered) {
    KnownPeer hidden() {
      return new KnownPeer(peer, until, put, false);
    }
  }

  record Slot(long until, long epoch) {}

  /** All that belongs to one task. */
  static final class KnownTask {
    @Nullable TaskRecord record;
    final Map<PeerId, KnownPeer> peers = new LinkedHashMap<>();
    final Set<PeerId> gone = new HashSet<>();
    final Map<PeerId, List<PeerId>> edges = new HashMap<>();
    final Map<HostId, Set<HostId>> fed = new HashMap<>();
    final Map<HostId, Set<HostId>> blames = new HashMap<>();
    final Set<HostId> banned = new HashSet<>();
    final Map<HostId, ReaderKey> keys = new LinkedHashMap<>();
    final Map<PeerId, Slot> readers = new HashMap<>();
    final Map<Integer, Piece> pieces = new TreeMap<>();
    TaskFacts facts = TaskFacts.NONE;
    boolean read;
    String seedState = "idle";
    long seedUntil;
    String seedHost = "";
    long seedEpoch;
    long epoch;
  }

  MemoryState(Time time) {
    this.time = time;
  }

  synchronized void breakDown(boolean away) {
    broken = away;
  }

  synchronized void clear() {
    hosts.clear();
    joined.clear();
    held.clear();
    reports.clear();
    tasks.clear();
  }

  /** Runs the action under the lock, then wakes the listeners that it names. */
  <T> T run(Supplier<T> action) {
    synchronized (this) {
      if (broken) {
        throw new DragonflyException(ErrorCode.UNAVAILABLE, "the graph is away");
      }
      return action.get();
    }
  }

  KnownTask task(TaskId id) {
    return tasks.computeIfAbsent(id, key -> new KnownTask());
  }

  long millis() {
    return time.now().toEpochMilli();
  }

  long after(Duration duration) {
    return millis() + duration.toMillis();
  }

  boolean lives(KnownPeer known) {
    return known.until() == null || known.until() > millis();
  }

  void wake(TaskId id) {
    List<Runnable> all;
    synchronized (this) {
      all = new ArrayList<>(listeners.getOrDefault(id, List.of()));
    }
    all.forEach(Runnable::run);
  }

  Set<TaskId> tasksOf(HostId id) {
    return joined.computeIfAbsent(id, key -> new HashSet<>());
  }
}
