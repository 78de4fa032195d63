package dev.dragonfly.manager.cli;

import dev.dragonfly.common.config.DurationText;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Fetches contents onto hosts before anybody asks for them. */
@Command(
    name = "preheat",
    sortOptions = false,
    description = {
      "Has hosts of the clusters fetch an image or files, and shows how it goes.",
      "An image is named by the URL of its manifest or as registry/name:tag."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  dfctl preheat registry.example/team/app:v1 --username ci --registry-password-file pw",
      "  dfctl preheat https://files.example/a https://files.example/b --scope all_peers --percentage 20",
      "  dfctl preheat registry.example/team/app:v1 --platform all --cluster 1 --cluster 2 --no-wait"
    })
final class PreheatCommand implements Callable<Integer> {
  @Mixin private Session session = new Session();

  @Parameters(arity = "1..*", paramLabel = "CONTENT", description = "One image, or URLs of files.")
  private List<String> contents = new ArrayList<>();

  @ArgGroup(validate = false, heading = "%nWhere:%n")
  private Where where = new Where();

  @ArgGroup(validate = false, heading = "%nFrom where:%n")
  private Source source = new Source();

  @Option(names = "--timeout", paramLabel = "TIME", description = "For all of it (default: 1h).")
  private @Nullable String timeout;

  @Option(names = "--no-wait", description = "Prints the number of the job and ends.")
  private boolean noWait;

  /** Which hosts fetch. */
  static final class Where {
    @Option(
        names = "--scope",
        defaultValue = "single_seed_peer",
        description = "single_seed_peer (default), all_seed_peers or all_peers.")
    private String scope = "single_seed_peer";

    @Option(names = "--cluster", paramLabel = "ID", description = "A cluster; all when left out.")
    private List<Long> clusters = new ArrayList<>();

    @Option(names = "--ip", paramLabel = "ADDRESS", description = "These hosts.")
    private List<String> ips = new ArrayList<>();

    @Option(names = "--count", description = "So many hosts.")
    private @Nullable Integer count;

    @Option(names = "--percentage", description = "This share of the hosts.")
    private @Nullable Integer percentage;
  }

  /** How the source is read, and which identity the content has. */
  static final class Source {
    @Option(
        names = "--platform",
        defaultValue = "",
        description = "os/arch[/variant] or all; the manager's own when left out.")
    private String platform = "";

    @Option(names = "--username", defaultValue = "", description = "For the registry.")
    private String username = "";

    @Option(
        names = "--registry-password-file",
        paramLabel = "FILE",
        description = "Holds the password for the registry.")
    private @Nullable Path password;

    @Option(
        names = {"-H", "--header"},
        paramLabel = "LINE",
        description = "'Name: value' for the source.")
    private List<String> headers = new ArrayList<>();

    @Option(names = "--tag", defaultValue = "", description = "Part of the identity.")
    private String tag = "";

    @Option(names = "--application", defaultValue = "", description = "Part of the identity.")
    private String application = "";

    @Option(
        names = "--filter",
        split = ",",
        description = "Query parameters that do not count for the identity.")
    private List<String> filter = new ArrayList<>();
  }

  @Override
  public Integer call() {
    ManagerRest rest = session.rest();
    JsonNode job = rest.post("jobs", body());
    long id = job.path("id").asLong();
    if (noWait) {
      return session.print(job, Table.of("JOB").row(id));
    }
    return new JobFollower(session, false).follow(rest, id);
  }

  private ObjectNode body() {
    ObjectNode body = ManagerRest.JSON.createObjectNode().put("type", "preheat");
    where.clusters.forEach(body.withArray("scheduler_cluster_ids")::add);
    ObjectNode args = body.putObject("args");
    what(args);
    args.put("scope", where.scope);
    if (!where.ips.isEmpty()) {
      where.ips.forEach(args.putArray("ips")::add);
    }
    if (where.count != null) {
      args.put("count", where.count);
    }
    if (where.percentage != null) {
      args.put("percentage", where.percentage);
    }
    if (timeout != null) {
      args.put("timeout", DurationText.parse(timeout).toNanos());
    }
    args.put("tag", source.tag).put("application", source.application);
    if (!source.filter.isEmpty()) {
      args.put("filtered_query_params", String.join("&", source.filter));
    }
    if (!source.headers.isEmpty()) {
      Session.headers(source.headers).forEach(args.putObject("headers")::put);
    }
    return body;
  }

  private void what(ObjectNode args) {
    boolean image = contents.stream().anyMatch(ImageName::isImage);
    if (image && contents.size() > 1) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT,
          "one image is preheated at a time, got "
              + contents.size()
              + " contents; run one command for each");
    }
    if (!image) {
      contents.forEach(args.put("type", "file").putArray("urls")::add);
      return;
    }
    args.put("type", "image").put("url", ImageName.manifestUrl(contents.getFirst()));
    args.put("platform", source.platform).put("username", source.username);
    if (source.password != null) {
      args.put("password", Session.secret(source.password));
    }
  }
}
