package dev.dragonfly.scheduler.store.memory;

import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.scheduler.store.LeaseStore;
import dev.dragonfly.scheduler.store.memory.MemoryState.KnownTask;
import dev.dragonfly.scheduler.store.memory.MemoryState.Slot;
import java.time.Duration;
import java.util.OptionalLong;

/** Leases in memory. */
final class MemoryLeases implements LeaseStore {
  private final MemoryState state;

  MemoryLeases(MemoryState state) {
    this.state = state;
  }

  @Override
  public OptionalLong acquireSeed(TaskId id, Duration timeToLive) {
    return state.run(() -> {
      KnownTask task = state.task(id);
      if (!task.seedState.equals("idle") && task.seedUntil > state.millis()) {
        return OptionalLong.empty();
      }
      set(task, "run", state.after(timeToLive), "");
      task.seedEpoch = ++task.epoch;
      return OptionalLong.of(task.seedEpoch);
    });
  }

  @Override
  public boolean renewSeed(TaskId id, long epoch, HostId seed, Duration timeToLive) {
    return state.run(() -> {
      KnownTask task = state.task(id);
      boolean own = task.seedEpoch == epoch && task.seedState.equals("run");
      if (own) {
        set(task, "run", state.after(timeToLive), seed.value());
      }
      return own;
    });
  }

  @Override
  public void finishSeed(TaskId id, long epoch, Duration exhaustedFor) {
    boolean own =
        state.run(() -> {
          KnownTask task = state.task(id);
          if (task.seedEpoch != epoch || !task.seedState.equals("run")) {
            return false;
          }
          set(task, exhaustedFor.isZero() ? "idle" : "none", state.after(exhaustedFor), "");
          return true;
        });
    if (own) {
      state.wake(id);
    }
  }

  @Override
  public OptionalLong claimSlot(TaskId id, PeerId peer, int limit, Duration timeToLive) {
    return state.run(() -> {
      KnownTask task = state.task(id);
      task.readers.values().removeIf(slot -> slot.until() <= state.millis());
      Slot old = task.readers.get(peer);
      if (task.gone.contains(peer) || (old == null && task.readers.size() >= limit)) {
        return OptionalLong.empty();
      }
      long epoch = old == null ? ++task.epoch : old.epoch();
      task.readers.put(peer, new Slot(state.after(timeToLive), epoch));
      return OptionalLong.of(epoch);
    });
  }

  @Override
  public void releaseSlot(TaskId id, PeerId peer) {
    if (state.run(() -> state.task(id).readers.remove(peer) != null)) {
      state.wake(id);
    }
  }

  private static void set(KnownTask task, String seedState, long until, String host) {
    task.seedState = seedState;
    task.seedUntil = until;
    task.seedHost = host;
  }
}
