package dev.dragonfly.manager.job;

import dev.dragonfly.manager.dispatch.JobHost;
import dev.dragonfly.manager.job.JobTarget.TargetState;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What clients see of a cluster's share of a preheat. */
final class PreheatResults {
  private static final int NAMED = 3;

  private PreheatResults() {}

  static ObjectNode of(long clusterId, List<JobTarget> targets) {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result.putNull("success_tasks");
    result.putNull("failure_tasks");
    for (JobTarget target : targets) {
      boolean held = target.state() == TargetState.SUCCESS;
      String name = held ? "success_tasks" : "failure_tasks";
      ArrayNode list = result.get(name) instanceof ArrayNode there ? there : result.putArray(name);
      ObjectNode one = list.addObject();
      one.put("url", target.url());
      one.put("hostname", target.hostname());
      one.put("ip", target.ip());
      if (!held) {
        one.put("description", target.failure());
      }
    }
    result.put("scheduler_cluster_id", clusterId);
    return result;
  }

  /** The end of a target of which the scheduler said nothing more. */
  static TargetChange.Ended unheard(
      JobPart part, List<String> contents, JobTarget target, String error) {
    return new TargetChange.Ended(
        part.id(),
        contents.indexOf(target.url()),
        new JobHost(target.hostId(), target.hostname(), target.ip(), target.hostType()),
        target.contentLength(),
        0,
        error.isEmpty() ? "the scheduler did not say what became of it" : error);
  }

  /**
   * Why a part failed: names what was tried.
   *
   * @param error of the scheduler; empty when it had none and still nothing is held
   */
  static String error(String error, List<String> contents, List<JobTarget> targets) {
    if (!error.isEmpty()) {
      return error;
    }
    if (targets.isEmpty()) {
      return "nothing was fetched: no host was found for any of %d contents, the first is %s"
          .formatted(contents.size(), contents.isEmpty() ? "none" : contents.getFirst());
    }
    return "nothing was fetched: all of %d contents on hosts failed: %s"
        .formatted(
            targets.size(),
            targets.stream()
                .limit(NAMED)
                .map(target ->
                    "%s on %s: %s".formatted(target.url(), target.hostname(), target.failure()))
                .collect(Collectors.joining("; ")));
  }
}
