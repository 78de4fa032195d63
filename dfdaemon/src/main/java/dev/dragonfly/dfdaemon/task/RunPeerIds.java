package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.host.HostType;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.dfdaemon.host.Machine;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Peer ids of one run of the daemon. A task that was downloaded in this run keeps the id of its
 * last download; one that lay on the disk already has an id that follows from the run.
 */
public final class RunPeerIds implements PeerIds {

  private final Machine machine;
  private final Supplier<UUID> random;
  private final UUID run;
  private final Map<TaskId, PeerId> downloads = new ConcurrentHashMap<>();

  public RunPeerIds(Machine machine, Supplier<UUID> random) {
    this.machine = machine;
    this.random = random;
    this.run = random.get();
  }

  @Override
  public PeerId begin(TaskId task) {
    PeerId id = id(random.get());
    downloads.put(task, id);
    return id;
  }

  @Override
  public void forget(TaskId task) {
    downloads.remove(task);
  }

  @Override
  public PeerId of(TaskId task) {
    PeerId download = downloads.get(task);
    if (download != null) {
      return download;
    }
    byte[] name = (run + "/" + task.value()).getBytes(StandardCharsets.UTF_8);
    return id(UUID.nameUUIDFromBytes(name));
  }

  private PeerId id(UUID unique) {
    return PeerId.of(machine.ip(), machine.hostname(), unique, machine.type() != HostType.NORMAL);
  }
}
