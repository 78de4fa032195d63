package dev.dragonfly.scheduler.store.memory;

import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.scheduler.resource.PeerRecord;
import dev.dragonfly.scheduler.resource.Standing;
import dev.dragonfly.scheduler.resource.TaskView;
import dev.dragonfly.scheduler.store.PeerStore;
import dev.dragonfly.scheduler.store.SampleSize;
import dev.dragonfly.scheduler.store.memory.MemoryState.KnownPeer;
import dev.dragonfly.scheduler.store.memory.MemoryState.KnownTask;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** Peers in memory. */
final class MemoryPeers implements PeerStore {
  private final MemoryState state;
  private final MemoryTasks tasks;

  MemoryPeers(MemoryState state, MemoryTasks tasks) {
    this.state = state;
    this.tasks = tasks;
  }

  @Override
  public TaskView enter(TaskSpec spec, TaskFacts facts, PeerRecord peer, SampleSize sample) {
    tasks.save(peer.taskId(), spec, facts, false);
    write(peer);
    state.run(() -> state.tasksOf(peer.host().id()).add(peer.taskId()));
    return tasks.look(peer.taskId(), sample);
  }

  @Override
  public Saved save(PeerRecord peer) {
    if (state.run(() -> isOthers(peer))) {
      return Saved.SUPERSEDED;
    }
    write(peer);
    return state.run(() -> state.task(peer.taskId()).record == null)
        ? Saved.TASK_MISSING
        : Saved.DONE;
  }

  @Override
  public void hold(List<Held> held) {
    for (Held one : held) {
      PeerRecord peer = one.peer();
      tasks.save(peer.taskId(), one.spec(), one.facts(), false);
      state.run(() -> state.tasksOf(peer.host().id()).add(peer.taskId()));
      if (!state.run(() -> isOthers(peer) && isStreaming(peer))) {
        write(peer);
      }
    }
  }

  @Override
  public Committed commit(PeerRecord child, List<PeerId> parents) {
    if (state.run(() -> isOthers(child))) {
      return new Committed(Saved.SUPERSEDED, List.of());
    }
    List<PeerId> alive =
        state.run(
            () -> parents.stream().filter(parent -> isParent(child.taskId(), parent)).toList());
    if (alive.isEmpty()) {
      return new Committed(Saved.DONE, alive);
    }
    Saved saved = save(child);
    state.run(() -> Optional.ofNullable(state.task(child.taskId()).edges.put(child.id(), alive)));
    return new Committed(saved, alive);
  }

  @Override
  public Optional<PeerRecord> find(TaskId task, PeerId peer) {
    return state.run(
        () -> Optional.ofNullable(state.task(task).peers.get(peer)).map(KnownPeer::peer));
  }

  @Override
  public List<PeerId> parents(TaskId task, PeerId peer) {
    return state.run(() -> state.task(task).edges.getOrDefault(peer, List.of()));
  }

  @Override
  public void delete(TaskId task, PeerId peer) {
    state.run(() -> {
      KnownTask known = state.task(task);
      known.edges.remove(peer);
      known.readers.remove(peer);
      return Optional.ofNullable(known.peers.remove(peer));
    });
  }

  @Override
  public void deleteHost(TaskId task, HostId host) {
    List<PeerId> peers =
        state.run(() ->
            state.task(task).peers.values().stream()
                .map(KnownPeer::peer)
                .filter(peer -> peer.host().id().equals(host))
                .map(PeerRecord::id)
                .toList());
    peers.forEach(peer -> delete(task, peer));
  }

  @Override
  public int blame(TaskId task, PeerId parent, HostId reporter) {
    return state.run(() -> {
      var hosts = state.task(task).blames.computeIfAbsent(parent, key -> new HashSet<>());
      hosts.add(reporter);
      return hosts.size();
    });
  }

  private void write(PeerRecord peer) {
    Standing before =
        state.run(() -> {
          KnownTask task = state.task(peer.taskId());
          Long until = peer.lease().map(state::after).orElse(null);
          KnownPeer old = task.peers.put(peer.id(), new KnownPeer(peer, until));
          if (peer.standing() == Standing.NONE) {
            task.edges.remove(peer.id());
          }
          return old == null ? Standing.NONE : old.peer().standing();
        });
    boolean better =
        (before == Standing.NONE && peer.standing() != Standing.NONE)
            || (before == Standing.MESH && peer.standing().isRoot());
    if (better) {
      state.wake(peer.taskId());
    }
  }

  private boolean isOthers(PeerRecord peer) {
    KnownPeer known = state.task(peer.taskId()).peers.get(peer.id());
    return known != null && !known.peer().owner().equals(peer.owner());
  }

  private boolean isStreaming(PeerRecord peer) {
    KnownPeer known = state.task(peer.taskId()).peers.get(peer.id());
    return known != null && known.until() != null && known.until() > state.millis();
  }

  private boolean isParent(TaskId task, PeerId peer) {
    KnownPeer known = state.task(task).peers.get(peer);
    return known != null
        && known.peer().standing() != Standing.NONE
        && (known.until() == null || known.until() > state.millis());
  }
}
