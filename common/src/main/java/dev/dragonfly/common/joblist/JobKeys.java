package dev.dragonfly.common.joblist;

import java.time.Duration;
import java.util.UUID;

/** Under which names things lie in Redis. */
public final class JobKeys {
  /** How long states and groups are kept. */
  public static final Duration KEPT = Duration.ofDays(1);

  private JobKeys() {}

  /** The list of a scheduler, by what it registered with. */
  public static String queue(long clusterId, String hostname, String ip) {
    return "scheduler_" + clusterId + "_" + hostname + "_" + ip;
  }

  /** Identifies a task, and is the key of its {@link TaskState}. */
  public static String task(UUID uuid) {
    return "task_" + uuid;
  }

  /** Identifies a group of tasks, and is the key of its {@link GroupMeta}. */
  public static String group(UUID uuid) {
    return "group_" + uuid;
  }
}
