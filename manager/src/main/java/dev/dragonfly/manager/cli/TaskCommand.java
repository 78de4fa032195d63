package dev.dragonfly.manager.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Finds out who holds a content, and has it deleted. */
@Command(
    mixinStandardHelpOptions = true,
    name = "task",
    description = "Finds and deletes contents on the hosts that hold them.")
final class TaskCommand {
  @Command(name = "find", description = "Lists the hosts that hold a content.")
  int find(@Mixin Session session, @Mixin Identity identity) {
    return run(session, "get_task", identity, "peers");
  }

  @Command(name = "delete", description = "Deletes a content on every host that holds it.")
  int delete(@Mixin Session session, @Mixin Identity identity) {
    return run(session, "delete_task", identity, "success_tasks");
  }

  /** Which content is meant. */
  static final class Identity {
    @Parameters(
        paramLabel = "URL|ID",
        description = "The URL of the content, or the id of its task (64 hex digits).")
    private String content = "";

    @Option(names = "--tag", defaultValue = "", description = "As it was downloaded with.")
    private String tag = "";

    @Option(names = "--application", defaultValue = "", description = "As it was downloaded with.")
    private String application = "";

    @Option(
        names = "--filter",
        split = ",",
        description = "Query parameters that did not count for its identity.")
    private List<String> filter = new ArrayList<>();

    @Option(names = "--cluster", description = "Number of a cluster; all when left out.")
    private List<Long> clusters = new ArrayList<>();

    ObjectNode body(String type) {
      ObjectNode body = ManagerRest.JSON.createObjectNode().put("type", type);
      ObjectNode args = body.putObject("args");
      if (content.matches("[0-9a-f]{64}")) {
        args.put("task_id", content);
      } else {
        args.put("url", content).put("tag", tag).put("application", application);
        if (!filter.isEmpty()) {
          args.put("filtered_query_params", String.join("&", filter));
        }
      }
      clusters.forEach(body.withArray("scheduler_cluster_ids")::add);
      return body;
    }
  }

  private static int run(Session session, String type, Identity identity, String list) {
    ManagerRest rest = session.rest();
    long id = rest.post("jobs", identity.body(type)).path("id").asLong();
    JsonNode job = new JobFollower(session, true).await(rest, id);
    Table table = Table.of("HOST", "IP", "TYPE", "CLUSTER", "");
    for (JsonNode part : job.path("result").path("job_states")) {
      for (JsonNode result : part.path("results")) {
        long cluster = result.path("scheduler_cluster_id").asLong();
        result.path(list).forEach(host -> row(table, host, cluster));
        result.path("failure_tasks").forEach(host -> row(table, host, cluster));
      }
    }
    session.print(job, table);
    return JobFollower.exit(session, job);
  }

  private static void row(Table table, JsonNode host, long cluster) {
    String remark =
        host.has("description")
            ? "FAILED: " + host.path("description").asString("")
            : host.has("IsFinished") && !host.path("IsFinished").asBoolean() ? "a part of it" : "";
    table.row(
        host.path("hostname").asString(""),
        host.path("ip").asString(""),
        host.path("host_type").asString(""),
        cluster,
        remark);
  }
}
