package dev.dragonfly.scheduler.store.redis;

import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.task.TaskId;

/**
 * Names of keys. All begin with the cluster and carry one hash tag.
 *
 * @param cluster number of the cluster
 */
record Keys(long cluster) {
  /** Prefix of all keys of a task. */
  String task(TaskId id) {
    return "c" + cluster + ":{" + id.value() + "}:";
  }

  /** Prefix of all keys of a host. A brace in an id would cut the tag short. */
  String host(HostId id) {
    return "c" + cluster + ":{" + id.value().replace('{', '(').replace('}', ')') + "}:";
  }

  /** Prefix of the lists of hosts. */
  String hosts() {
    return "c" + cluster + ":{hosts}:";
  }

  /** Channel on which changes of a task are told. */
  String news(TaskId id) {
    return task(id) + "news";
  }
}
