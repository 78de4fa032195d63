package dev.dragonfly.scheduler.store.memory;

import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.scheduler.resource.PeerRecord;
import dev.dragonfly.scheduler.resource.PeerState;
import dev.dragonfly.scheduler.resource.Standing;
import dev.dragonfly.scheduler.resource.TaskView;
import dev.dragonfly.scheduler.store.PeerStore;
import dev.dragonfly.scheduler.store.SampleSize;
import dev.dragonfly.scheduler.store.memory.MemoryState.KnownPeer;
import dev.dragonfly.scheduler.store.memory.MemoryState.KnownTask;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Peers in memory. */
final class MemoryPeers implements PeerStore {
  private final MemoryState state;
  private final MemoryTasks tasks;

  /** For which kind of writer a peer is written. */
  private enum Mode {
    TAKE,
    SAVE,
    HOLD
  }

  MemoryPeers(MemoryState state, MemoryTasks tasks) {
    this.state = state;
    this.tasks = tasks;
  }

  @Override
  public TaskView enter(TaskSpec spec, PeerRecord peer, SampleSize sample) {
    tasks.create(peer.taskId(), spec);
    write(peer, Mode.TAKE);
    state.run(() -> state.tasksOf(peer.host().id()).add(peer.taskId()));
    return tasks.look(peer.taskId(), sample);
  }

  @Override
  public Saved save(PeerRecord peer) {
    return write(peer, Mode.SAVE);
  }

  @Override
  public void hold(List<Held> held) {
    for (Held one : held) {
      PeerRecord peer = one.peer();
      tasks.heal(peer.taskId(), one.spec(), one.facts());
      boolean same =
          state.run(() -> {
            KnownTask task = state.task(peer.taskId());
            boolean agrees = !MemoryTasks.contradicts(one.facts(), task.facts);
            if (agrees && one.readSource()) {
              MemoryTasks.addKey(task, peer.host());
            }
            state.tasksOf(peer.host().id()).add(peer.taskId());
            return agrees;
          });
      write(same ? peer : with(peer, Standing.NONE), Mode.HOLD);
    }
  }

  @Override
  public Committed commit(PeerRecord child, List<PeerId> parents) {
    if (state.run(() -> isOthers(state.task(child.taskId()), child))) {
      return new Committed(Saved.SUPERSEDED, List.of());
    }
    List<PeerId> alive =
        state.run(
            () -> parents.stream().filter(parent -> isParent(child.taskId(), parent)).toList());
    if (alive.isEmpty()) {
      return new Committed(Saved.DONE, alive);
    }
    Saved saved = save(child);
    state.run(() -> {
      KnownTask task = state.task(child.taskId());
      Set<HostId> fed = task.fed.computeIfAbsent(child.host().id(), key -> new HashSet<>());
      for (PeerId parent : alive) {
        Optional.ofNullable(task.peers.get(parent)).ifPresent(p -> fed.add(p.peer().host().id()));
      }
      return Optional.ofNullable(task.edges.put(child.id(), alive));
    });
    return new Committed(saved, alive);
  }

  @Override
  public Optional<PeerRecord> find(TaskId task, PeerId peer) {
    return state.run(
        () -> Optional.ofNullable(state.task(task).peers.get(peer)).map(KnownPeer::peer));
  }

  @Override
  public void delete(TaskId task, PeerId peer) {
    state.run(() -> {
      KnownTask known = state.task(task);
      if (isOpen(known.peers.get(peer))) {
        known.gone.add(peer);
      }
      drop(known, peer);
      return 0;
    });
  }

  @Override
  public void deleteHost(HostId host, Collection<TaskId> given) {
    state.run(() -> {
      for (TaskId id : given) {
        KnownTask task = state.task(id);
        peersOn(task, host).forEach(known -> drop(task, known.peer().id()));
      }
      return 0;
    });
  }

  @Override
  public void retire(HostId host, Collection<TaskId> given, Instant asked) {
    state.run(() -> {
      for (TaskId id : given) {
        KnownTask task = state.task(id);
        for (KnownPeer known : peersOn(task, host)) {
          if (!streams(known) && known.put() <= asked.toEpochMilli()) {
            drop(task, known.peer().id());
          }
        }
        if (peersOn(task, host).isEmpty()) {
          state.tasksOf(host).remove(id);
        }
      }
      return 0;
    });
  }

  @Override
  public Set<HostId> blame(TaskId id, HostId reporter, Set<HostId> blamed, int limit) {
    return state.run(() -> {
      KnownTask task = state.task(id);
      Set<HostId> fed = task.fed.getOrDefault(reporter, Set.of());
      if (fed.isEmpty() && peersOn(task, reporter).isEmpty()) {
        return Set.of();
      }
      Set<HostId> reached = new HashSet<>();
      for (HostId host : blamed) {
        boolean counts = fed.contains(host) || task.keys.containsKey(host);
        if (counts && !host.equals(reporter)) {
          task.blames.computeIfAbsent(host, key -> new HashSet<>()).add(reporter);
        }
        if (task.blames.getOrDefault(host, Set.of()).size() >= limit) {
          reached.add(host);
          task.banned.add(host);
          task.keys.remove(host);
        }
      }
      return reached;
    });
  }

  private Saved write(PeerRecord given, Mode mode) {
    boolean[] news = new boolean[1];
    Saved saved =
        state.run(() -> {
          KnownTask task = state.task(given.taskId());
          PeerRecord peer = checked(given, task.facts);
          KnownPeer old = task.peers.get(peer.id());
          boolean others = isOthers(task, peer);
          boolean another = old != null && !old.peer().host().id().equals(peer.host().id());
          if (another
              || (mode == Mode.SAVE && others)
              || (mode == Mode.HOLD && old != null && others && streams(old))) {
            return Saved.SUPERSEDED;
          }
          List<KnownPeer> beside = new ArrayList<>(peersOn(task, peer.host().id()));
          beside.removeIf(known -> known.peer().id().equals(peer.id()));
          if (mode == Mode.HOLD && beside.stream().anyMatch(this::streams)) {
            return Saved.SUPERSEDED;
          }
          place(task, peer, mode, beside);
          boolean before = old != null && old.offered() && old.peer().standing().isRoot();
          KnownPeer now = task.peers.get(peer.id());
          news[0] = now != null && now.offered() && !before;
          return task.record == null ? Saved.TASK_MISSING : Saved.DONE;
        });
    if (news[0]) {
      state.wake(given.taskId());
    }
    return saved;
  }

  /** Writes the peer and drops or hides others of its host. */
  private void place(KnownTask task, PeerRecord peer, Mode mode, List<KnownPeer> beside) {
    boolean ended = peer.lease().isEmpty() || peer.state() == PeerState.FAILED;
    boolean offered = peer.standing() != Standing.NONE;
    for (KnownPeer other : beside) {
      int better = other.peer().standing().compareTo(peer.standing());
      if (!streams(other)) {
        if (mode == Mode.SAVE && other.until() == null && better < 0) {
          if (ended) {
            drop(task, peer.id());
            return;
          }
          offered = false;
        } else {
          drop(task, other.peer().id());
        }
      } else if (better < 0 || (mode != Mode.TAKE && other.offered() && better == 0)) {
        offered = false;
      } else {
        task.peers.put(other.peer().id(), other.hidden());
      }
    }
    task.gone.remove(peer.id());
    Long until = peer.lease().map(state::after).orElse(null);
    task.peers.put(peer.id(), new KnownPeer(peer, until, state.millis(), offered));
    if (ended || mode == Mode.TAKE) {
      task.edges.remove(peer.id());
    }
  }

  /** Everything has to be there, where it is known how much that is. */
  private static PeerRecord checked(PeerRecord peer, TaskFacts facts) {
    int count = peer.pieces().count();
    if (peer.standing() != Standing.FULL
        || peer.state() == PeerState.BACK_TO_SOURCE
        || count >= facts.pieceCount()) {
      return peer;
    }
    return with(peer, count > 0 ? Standing.PARTIAL : Standing.NONE);
  }

  private static PeerRecord with(PeerRecord peer, Standing standing) {
    return new PeerRecord(
        peer.id(),
        peer.taskId(),
        peer.host(),
        peer.state(),
        standing,
        peer.pieces(),
        peer.priority(),
        peer.owner(),
        peer.lease(),
        peer.createdAt(),
        peer.updatedAt());
  }

  private static List<KnownPeer> peersOn(KnownTask task, HostId host) {
    return task.peers.values().stream()
        .filter(known -> known.peer().host().id().equals(host))
        .toList();
  }

  private static void drop(KnownTask task, PeerId peer) {
    task.edges.remove(peer);
    task.readers.remove(peer);
    task.peers.remove(peer);
  }

  /** Whether not this stream speaks for the peer; what a host reported gives way to any. */
  private static boolean isOthers(KnownTask task, PeerRecord peer) {
    if (task.gone.contains(peer.id())) {
      return true;
    }
    KnownPeer known = task.peers.get(peer.id());
    return known != null
        && !known.peer().owner().equals(peer.owner())
        && !known.peer().owner().equals(PeerRecord.HOLDINGS);
  }

  private boolean streams(KnownPeer known) {
    return isOpen(known) && state.lives(known);
  }

  private static boolean isOpen(@Nullable KnownPeer known) {
    return known != null
        && !known.peer().owner().equals(PeerRecord.HOLDINGS)
        && known.peer().state() != PeerState.FAILED
        && known.until() != null;
  }

  private boolean isParent(TaskId task, PeerId peer) {
    KnownPeer known = state.task(task).peers.get(peer);
    return known != null && known.peer().standing() != Standing.NONE && state.lives(known);
  }
}
