package dev.dragonfly.manager.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Looks at jobs, and ends or repeats them. */
@Command(
    mixinStandardHelpOptions = true,
    name = "job",
    description = "Lists, shows, follows, cancels, repeats and removes jobs.")
final class JobCommand {
  @Command(name = "list", description = "Lists jobs, the newest first.")
  int list(
      @Mixin Session session,
      @Option(
              names = "--type",
              defaultValue = "",
              description = "preheat, get_task, delete_task, ...")
          String type,
      @Option(names = "--state", defaultValue = "", description = "PENDING, SUCCESS or FAILURE.")
          String state,
      @Option(
              names = "--limit",
              defaultValue = "20",
              description = "How many (default: ${DEFAULT-VALUE}).")
          int limit) {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("type", type);
    query.put("state", state);
    query.put("per_page", String.valueOf(limit));
    JsonNode jobs = session.rest().get("jobs", query);
    Table table = Table.of("ID", "TYPE", "STATE", "CREATED", "WHAT");
    for (JsonNode job : jobs) {
      table.row(
          job.path("id").asLong(),
          job.path("type").asString(""),
          job.path("state").asString(""),
          job.path("created_at").asString(""),
          what(job.path("args")));
    }
    return session.print(jobs, table);
  }

  @Command(name = "show", description = "Shows a job with its arguments and its result, as JSON.")
  int show(@Mixin Session session, @Parameters(paramLabel = "ID") long id) {
    return session.print(session.rest().get("jobs/" + id));
  }

  @Command(
      name = "follow",
      description = "Shows how a job goes until it ends; exits with 3 when it fails.")
  int follow(@Mixin Session session, @Parameters(paramLabel = "ID") long id) {
    return new JobFollower(session, false).follow(session.rest(), id);
  }

  @Command(name = "cancel", description = "Ends a job: what was not begun is left undone.")
  int cancel(@Mixin Session session, @Parameters(paramLabel = "ID") long id) {
    return session.print(
        session.rest().post("jobs/" + id + "/cancel", ManagerRest.JSON.createObjectNode()));
  }

  @Command(name = "rerun", description = "Does again what is not done of a job that failed.")
  int rerun(@Mixin Session session, @Parameters(paramLabel = "ID") long id) {
    return session.print(
        session.rest().post("jobs/" + id + "/rerun", ManagerRest.JSON.createObjectNode()));
  }

  @Command(name = "remove", description = "Removes a job from the list.")
  int remove(@Mixin Session session, @Parameters(paramLabel = "ID") long id) {
    session.rest().delete("jobs/" + id);
    return 0;
  }

  private static String what(JsonNode args) {
    String url = args.path("url").asString("");
    JsonNode urls = args.path("urls");
    if (url.isEmpty() && urls.size() > 0) {
      url =
          urls.path(0).asString("")
              + (urls.size() > 1 ? " and " + (urls.size() - 1) + " more" : "");
    }
    return url.isEmpty() ? args.path("task_id").asString("") : url;
  }
}
