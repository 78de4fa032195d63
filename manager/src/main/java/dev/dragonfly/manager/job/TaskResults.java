package dev.dragonfly.manager.job;

import dev.dragonfly.manager.dispatch.JobHost;
import dev.dragonfly.manager.dispatch.TaskDeletion;
import dev.dragonfly.manager.dispatch.TaskHolder;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What clients see of the hosts of a cluster that hold a task or held one; each host once. */
final class TaskResults {
  private final long clusterId;
  private final Set<String> shown = new HashSet<>();

  TaskResults(long clusterId) {
    this.clusterId = clusterId;
  }

  /** A host that holds it under one id or both. */
  static void add(Map<String, TaskHolder> held, TaskHolder holder) {
    held.merge(
        holder.host().hostId(), holder, (first, second) -> second.finished() ? second : first);
  }

  /** A host that still holds it under any id failed. */
  static void add(Map<String, TaskDeletion> deleted, TaskDeletion deletion) {
    deleted.merge(
        deletion.host().hostId(),
        deletion,
        (first, second) -> first.failure().isEmpty() ? second : first);
  }

  ObjectNode holders(Collection<TaskHolder> holders) {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result.putNull("peers");
    for (TaskHolder holder : holders) {
      JobHost host = holder.host();
      if (shown.add(host.hostId())) {
        ObjectNode one = list(result, "peers").addObject();
        one.put("id", host.hostId());
        name(one, host);
        one.put("created_at", holder.createdAt().toString());
        one.put("updated_at", holder.updatedAt().toString());
        // Existing clients expect the capital.
        one.put("IsFinished", holder.finished());
      }
    }
    return result.put("scheduler_cluster_id", clusterId);
  }

  ObjectNode deletions(Collection<TaskDeletion> deletions) {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result.putNull("success_tasks");
    result.putNull("failure_tasks");
    for (TaskDeletion deletion : deletions) {
      boolean gone = deletion.failure().isEmpty();
      if (shown.add(deletion.host().hostId())) {
        ObjectNode one = list(result, gone ? "success_tasks" : "failure_tasks").addObject();
        name(one, deletion.host());
        if (!gone) {
          one.put("description", deletion.failure());
        }
      }
    }
    return result.put("scheduler_cluster_id", clusterId);
  }

  private static void name(ObjectNode one, JobHost host) {
    one.put("hostname", host.hostname());
    one.put("ip", host.ip());
    one.put("host_type", host.type());
  }

  private static ArrayNode list(ObjectNode result, String name) {
    return result.get(name) instanceof ArrayNode there ? there : result.putArray(name);
  }
}
