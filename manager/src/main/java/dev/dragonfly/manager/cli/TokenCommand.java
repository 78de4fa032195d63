package dev.dragonfly.manager.cli;

import dev.dragonfly.common.time.SystemTime;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Personal access tokens. They are managed by who signs in, not by who shows a token. */
@Command(
    mixinStandardHelpOptions = true,
    name = "token",
    description = "Makes, lists and revokes personal access tokens; needs --password-file.")
final class TokenCommand {
  private static final String PATH = "personal-access-tokens";

  @Command(name = "list", description = "Lists tokens; what they are is never shown again.")
  int list(@Mixin Session session) {
    JsonNode tokens = session.signedIn().get(PATH, Map.of("per_page", "1000"));
    Table table = Table.of("ID", "NAME", "STATE", "SCOPES", "EXPIRES", "OWNER");
    for (JsonNode token : tokens) {
      table.row(
          token.path("id").asLong(),
          token.path("name").asString(""),
          token.path("state").asString(""),
          String.join(
              ",", token.path("scopes").values().stream().map(s -> s.asString("")).toList()),
          token.path("expired_at").asString(""),
          token.path("user").path("name").asString(""));
    }
    return session.print(tokens, table);
  }

  @Command(
      name = "create",
      description = "Makes a token and prints it: the only time that it is shown.")
  int create(
      @Mixin Session session,
      @Parameters(paramLabel = "NAME") String name,
      @Option(
              names = "--scope",
              description = "What it may be used for: job, cluster; all when left out.")
          List<String> scopes,
      @Option(
              names = "--days",
              defaultValue = "30",
              description = "How long it is good (default: ${DEFAULT-VALUE}).")
          int days) {
    ManagerRest rest = session.signedIn();
    ObjectNode body = ManagerRest.JSON.createObjectNode();
    body.put("name", name)
        .put(
            "expired_at",
            SystemTime.INSTANCE
                .now()
                .plus(Duration.ofDays(days))
                .truncatedTo(ChronoUnit.SECONDS)
                .toString())
        .put("user_id", rest.get("users?name=" + session.user()).path(0).path("id").asLong(1));
    if (scopes != null) {
      scopes.forEach(body.putArray("scopes")::add);
    }
    JsonNode token = rest.post(PATH, body);
    if (session.isJson()) {
      return session.print(token);
    }
    session.out().println(token.path("token").asString(""));
    return 0;
  }

  @Command(name = "revoke", description = "Removes a token: who shows it is refused at once.")
  int revoke(@Mixin Session session, @Parameters(paramLabel = "ID") long id) {
    session.signedIn().delete(PATH + "/" + id);
    return 0;
  }
}
