package dev.dragonfly.scheduler.seed;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.task.TaskId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * In which order hosts, seeds above all, are asked for a task: rendezvous hashing, so that all
 * schedulers agree and a host that leaves moves only its own tasks. Pure.
 */
public final class SeedOrder {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private SeedOrder() {}

  /** The hosts, best first. */
  public static List<Host> of(TaskId task, List<Host> seeds) {
    List<Host> ordered = new ArrayList<>(seeds);
    ordered.sort(Comparator.comparingLong((Host seed) -> weight(task, seed)).reversed());
    return ordered;
  }

  private static long weight(TaskId task, Host seed) {
    long hash = FNV_OFFSET;
    for (byte next : (seed.id().value() + '|' + task.value()).getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (next & 0xFF)) * FNV_PRIME;
    }
    hash ^= hash >>> 33;
    hash *= 0xff51afd7ed558ccdL;
    return hash ^ hash >>> 33;
  }
}
