package dev.dragonfly.manager.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Looks at clusters. */
@Command(
    mixinStandardHelpOptions = true,
    name = "cluster",
    description = "Lists and shows clusters.")
final class ClusterCommand {
  @Command(name = "list", description = "Lists all clusters.")
  int list(@Mixin Session session) {
    JsonNode clusters = session.rest().get("clusters", Map.of("per_page", "1000"));
    Table table = Table.of("ID", "NAME", "DEFAULT", "SEED PEERS", "CREATED");
    for (JsonNode cluster : clusters) {
      table.row(
          cluster.path("id").asLong(),
          cluster.path("name").asString(""),
          cluster.path("is_default").asBoolean() ? "yes" : "",
          cluster.path("seed_peer_cluster_id").asLong(),
          cluster.path("created_at").asString(""));
    }
    return session.print(clusters, table);
  }

  @Command(name = "show", description = "Shows a cluster with its configuration, as JSON.")
  int show(@Mixin Session session, @Parameters(paramLabel = "ID") long id) {
    return session.print(session.rest().get("clusters/" + id));
  }
}
