package dev.dragonfly.scheduler.store.memory;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.scheduler.store.HostStore;
import dev.dragonfly.scheduler.store.memory.MemoryState.Held;
import dev.dragonfly.scheduler.store.memory.MemoryState.KnownHost;
import dev.dragonfly.scheduler.store.memory.MemoryState.Report;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Hosts in memory. */
final class MemoryHosts implements HostStore {
  private final MemoryState state;

  MemoryHosts(MemoryState state) {
    this.state = state;
  }

  @Override
  public void announce(Host host, Duration timeToLive) {
    state.run(() -> {
      KnownHost old = state.hosts.put(host.id(), new KnownHost(host, state.after(timeToLive)));
      if (old != null && !address(old.host()).equals(address(host))) {
        state.held.remove(host.id());
      }
      return 0;
    });
  }

  @Override
  public Optional<Host> find(HostId id) {
    return state.run(() ->
        Optional.ofNullable(state.hosts.get(id))
            .filter(known -> known.until() > state.millis())
            .map(KnownHost::host));
  }

  @Override
  public List<Host> list() {
    return state.run(() ->
        state.hosts.values().stream()
            .filter(known -> known.until() > state.millis())
            .map(KnownHost::host)
            .toList());
  }

  @Override
  public int count() {
    return list().size();
  }

  @Override
  public List<Host> seeds() {
    return list().stream().filter(host -> host.type().isSeed()).toList();
  }

  @Override
  public boolean delete(HostId id) {
    return state.run(() -> {
      state.held.remove(id);
      state.joined.remove(id);
      return state.hosts.remove(id) != null;
    });
  }

  @Override
  public Optional<Set<TaskId>> silentTasks(HostId id) {
    if (find(id).isPresent()) {
      return Optional.empty();
    }
    return state.run(() -> {
      state.held.remove(id);
      state.reports.remove(id);
      return Optional.of(Set.copyOf(state.tasksOf(id)));
    });
  }

  @Override
  public void deleteSilent(HostId id) {
    if (find(id).isEmpty()) {
      delete(id);
    }
  }

  @Override
  public void join(HostId id, TaskId task) {
    state.run(() -> state.tasksOf(id).add(task));
  }

  @Override
  public void part(HostId id, Collection<TaskId> tasks) {
    state.run(() -> state.tasksOf(id).removeAll(tasks));
  }

  @Override
  public Set<TaskId> tasks(HostId id) {
    return state.run(() -> Set.copyOf(state.tasksOf(id)));
  }

  @Override
  public List<Host> participants(TaskId task) {
    return list().stream().filter(host -> tasks(host.id()).contains(task)).toList();
  }

  @Override
  public List<HostId> expired(int limit) {
    return state.run(() ->
        state.hosts.entrySet().stream()
            .filter(entry -> entry.getValue().until() <= state.millis())
            .map(entry -> entry.getKey())
            .limit(limit)
            .toList());
  }

  @Override
  public boolean confirmHoldings(
      HostId id, long fingerprint, Duration timeToLive, Duration maxAge) {
    return state.run(() -> {
      Held held = state.held.get(id);
      if (held == null
          || held.fingerprint() != fingerprint
          || held.until() <= state.millis()
          || state.millis() - held.reportedAt() > maxAge.toMillis()) {
        state.held.remove(id);
        state.reports.put(id, new Report(Set.of(), state.time.now(), 0));
        return false;
      }
      state.held.put(id, new Held(fingerprint, held.reportedAt(), state.after(timeToLive)));
      return true;
    });
  }

  @Override
  public Optional<Unreported> report(HostId id, int batch, Set<TaskId> tasks, boolean last) {
    return state.run(() -> {
      Report report = state.reports.remove(id);
      if (report == null || (batch != 0 && batch != report.next())) {
        return Optional.empty();
      }
      Set<TaskId> named = new HashSet<>(tasks);
      if (batch > 0) {
        named.addAll(report.named());
      }
      if (!last) {
        state.reports.put(id, new Report(named, report.asked(), batch + 1));
        return Optional.empty();
      }
      Set<TaskId> left = new HashSet<>(state.tasksOf(id));
      left.removeAll(named);
      return Optional.of(new Unreported(left, report.asked()));
    });
  }

  @Override
  public void rememberHoldings(HostId id, long fingerprint, Duration timeToLive) {
    state.run(
        () -> state.held.put(id, new Held(fingerprint, state.millis(), state.after(timeToLive))));
  }

  private static String address(Host host) {
    return host.ip() + "|" + host.port() + "|" + host.pieceDataPort();
  }
}
