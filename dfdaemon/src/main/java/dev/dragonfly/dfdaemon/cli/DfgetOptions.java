package dev.dragonfly.dfdaemon.cli;

import dev.dragonfly.common.config.DataSize;
import dev.dragonfly.common.config.DurationText;
import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.task.DefaultFilteredQueryParams;
import dev.dragonfly.common.task.RangeRequest;
import dev.dragonfly.common.task.TaskKind;
import dev.dragonfly.common.task.TaskSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options of dfget. */
final class DfgetOptions {
  private static final String DEFAULT_SOCKET = "/var/run/dragonfly/dfdaemon.sock";

  @Parameters(paramLabel = "URL", description = "What to download, http or https.")
  private String url = "";

  @Option(
      names = {"-O", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "Where to write it.")
  private Path output = Path.of("");

  @Option(
      names = "--digest",
      paramLabel = "ALG:HEX",
      description = "Fail unless the content has this digest (sha256, sha512, md5, sha1).")
  private @Nullable String digest;

  @Option(
      names = {"-H", "--header"},
      paramLabel = "NAME: VALUE",
      description = "Header for the source; repeatable.")
  private List<String> headers = new ArrayList<>();

  @Option(
      names = "--tag",
      description = "Keeps this content apart from the same URL with another tag.")
  private @Nullable String tag;

  @Option(names = "--application", description = "As --tag; also chooses the priority.")
  private @Nullable String application;

  @Option(
      names = "--filtered-query-param",
      paramLabel = "NAME",
      description =
          "Query key that does not identify the content; repeatable. Default: the signature keys of the usual object stores.")
  private List<String> filteredQueryParams = new ArrayList<>();

  @Option(
      names = "--range",
      paramLabel = "FROM-TO",
      description = "Only these bytes: 0-99, 100- or -50 (the last 50).")
  private @Nullable String range;

  @Option(
      names = "--piece-length",
      paramLabel = "SIZE",
      description = "4MiB to 64MiB; default: from the length of the content.")
  private @Nullable String pieceLength;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "Give up after this time (for example 10m). Default: 6h.")
  private @Nullable String timeout;

  @Option(
      names = "--priority",
      paramLabel = "0-6",
      description = "See docs/compatibility.md. Default: 0.")
  private int priority;

  @Option(names = "--overwrite", description = "Replace the output if it exists.")
  private boolean overwrite;

  @Option(
      names = "--force-hard-link",
      description = "Link the output to the daemon's cache instead of copying it.")
  private boolean forceHardLink;

  @Option(names = "--disable-back-to-source", description = "Fail rather than read the source.")
  private boolean disableBackToSource;

  @Option(names = "--json", description = "One line of JSON on stdout at the end.")
  private boolean json;

  @Option(
      names = {"-q", "--quiet"},
      description = "No progress.")
  private boolean quiet;

  @Option(
      names = "--endpoint",
      paramLabel = "SOCKET",
      description =
          "Unix socket of the daemon. Default: $DRAGONFLY_SOCKET or " + DEFAULT_SOCKET + ".")
  private @Nullable Path endpoint;

  /** Whether what has to be given was given. */
  boolean isComplete() {
    return !url.isEmpty() && !output.toString().isEmpty();
  }

  /** Takes the URL, as all of these for command lines that picocli has not read. */
  boolean takeUrl(String value) {
    url = value;
    return true;
  }

  /** Takes an option without a value; false when it is none. */
  boolean takeFlag(String name) {
    switch (longName(name)) {
      case "--overwrite" -> overwrite = true;
      case "--force-hard-link" -> forceHardLink = true;
      case "--disable-back-to-source" -> disableBackToSource = true;
      case "--json" -> json = true;
      case "--quiet" -> quiet = true;
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Takes an option with its value; false when there is no such option or value. */
  boolean takeValue(String name, String value) {
    switch (longName(name)) {
      case "--output" -> output = Path.of(value);
      case "--digest" -> digest = value;
      case "--header" -> headers.add(value);
      case "--tag" -> tag = value;
      case "--application" -> application = value;
      case "--filtered-query-param" -> filteredQueryParams.add(value);
      case "--range" -> range = value;
      case "--piece-length" -> pieceLength = value;
      case "--timeout" -> timeout = value;
      case "--endpoint" -> endpoint = Path.of(value);
      case "--priority" -> {
        priority = value.charAt(0) - '0';
        return value.length() == 1 && Character.isDigit(value.charAt(0));
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  static boolean isRepeatable(String name) {
    return longName(name).equals("--header") || name.equals("--filtered-query-param");
  }

  /** The option by its long name, however short it was given. */
  static String longName(String name) {
    return switch (name) {
      case "-O" -> "--output";
      case "-H" -> "--header";
      case "-q" -> "--quiet";
      default -> name;
    };
  }

  boolean isJson() {
    return json;
  }

  boolean isQuiet() {
    return quiet || json;
  }

  Path socket() {
    if (endpoint != null) {
      return endpoint;
    }
    @Nullable String env = System.getenv("DRAGONFLY_SOCKET");
    return Path.of(env == null ? DEFAULT_SOCKET : env);
  }

  DfgetRequest toRequest() {
    TaskSpec spec =
        new TaskSpec(
            TaskKind.STANDARD,
            url,
            parse("--digest", digest, Digest::parse),
            Optional.ofNullable(tag),
            Optional.ofNullable(application),
            filteredQueryParams.isEmpty() ? DefaultFilteredQueryParams.ALL : filteredQueryParams,
            headerMap(),
            pieceLength(),
            Optional.empty(),
            false);
    if (priority < 0 || priority > 6) {
      throw invalid("--priority must be 0 to 6, got " + priority);
    }
    return new DfgetRequest(
        spec,
        output.toAbsolutePath().normalize(),
        parse("--range", range, DfgetOptions::range),
        timeout(),
        priority,
        overwrite,
        forceHardLink,
        disableBackToSource);
  }

  private static RangeRequest range(String text) {
    String range = text.strip().replaceFirst("^bytes=", "");
    return RangeRequest.parse(range)
        .filter(parsed -> !parsed.equals(new RangeRequest.Suffix(0)))
        .orElseThrow(() ->
            new IllegalArgumentException(
                "not a range: '" + text + "' (expected 0-99, 100- or -50)"));
  }

  private Duration timeout() {
    Duration time = parse("--timeout", timeout, DurationText::parse).orElse(Duration.ofHours(6));
    if (!time.isPositive()) {
      throw invalid("--timeout must be positive, got " + timeout);
    }
    return time;
  }

  private OptionalLong pieceLength() {
    Optional<DataSize> size = parse("--piece-length", pieceLength, DataSize::parse);
    if (size.isEmpty()) {
      return OptionalLong.empty();
    }
    long bytes = size.get().bytes();
    if (bytes < PieceLayout.MIN_PIECE_LENGTH || bytes > PieceLayout.MAX_PIECE_LENGTH) {
      throw invalid("--piece-length must be 4MiB to 64MiB, got " + size.get());
    }
    return OptionalLong.of(bytes);
  }

  private Map<String, String> headerMap() {
    Map<String, String> map = new LinkedHashMap<>();
    for (String header : headers) {
      int colon = header.indexOf(':');
      if (colon <= 0) {
        throw invalid("--header must be 'Name: value', got '" + header + "'");
      }
      map.put(header.substring(0, colon).strip(), header.substring(colon + 1).strip());
    }
    return map;
  }

  private static <T> Optional<T> parse(
      String option, @Nullable String text, Function<String, T> parser) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(parser.apply(text));
    } catch (IllegalArgumentException e) {
      throw invalid(option + ": " + e.getMessage());
    }
  }

  private static DragonflyException invalid(String message) {
    return new DragonflyException(ErrorCode.INVALID_ARGUMENT, message);
  }
}
