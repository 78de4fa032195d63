package dev.dragonfly.manager.cli;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/**
 * The options that all commands share, and what they make of them: a manager to ask, a place to
 * print.
 */
final class Session {
  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(
      names = "--manager",
      paramLabel = "URL",
      defaultValue = "${env:DRAGONFLY_MANAGER:-http://127.0.0.1:8080}",
      description = "REST of the manager (default: ${DEFAULT-VALUE}).")
  private URI manager = URI.create("http://127.0.0.1:8080");

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "Holds a personal access token; else DRAGONFLY_TOKEN.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--user",
      paramLabel = "NAME",
      defaultValue = "root",
      description = "Who signs in where there is no token (default: ${DEFAULT-VALUE}).")
  private String user = "root";

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      defaultValue = "${env:DRAGONFLY_PASSWORD_FILE}",
      description = "Holds the password; else DRAGONFLY_PASSWORD_FILE.")
  private @Nullable Path passwordFile;

  @Option(names = "--json", description = "Prints what the manager answered, as JSON.")
  private boolean json;

  @SuppressWarnings("UnusedVariable") // Picocli sets it.
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help.")
  private boolean help;

  /** A manager that knows who asks. */
  ManagerRest rest() {
    return ManagerRest.of(manager, proof());
  }

  /**
   * A manager that knows who signs in.
   *
   * @throws DragonflyException UNAUTHENTICATED for who shows a token, which opens less
   */
  ManagerRest signedIn() {
    if (proof() instanceof ManagerRest.Proof.Token) {
      throw new DragonflyException(
          ErrorCode.UNAUTHENTICATED,
          "a token opens no tokens: sign in with --user and --password-file, without --token-file and"
              + " DRAGONFLY_TOKEN");
    }
    return rest();
  }

  String user() {
    return user;
  }

  boolean isJson() {
    return json;
  }

  PrintWriter out() {
    return command().commandLine().getOut();
  }

  PrintWriter err() {
    return command().commandLine().getErr();
  }

  /** Prints the answer as it is. */
  int print(JsonNode answer) {
    out().println(answer.toPrettyString());
    return 0;
  }

  /** Prints the answer as it is, or this table of it. */
  int print(JsonNode answer, Table table) {
    if (json) {
      return print(answer);
    }
    out().print(table);
    out().flush();
    return 0;
  }

  @SuppressWarnings("SystemConsoleNull") // Its specification allows null.
  static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  private ManagerRest.Proof proof() {
    Optional<String> token =
        tokenFile == null
            ? Optional.ofNullable(System.getenv("DRAGONFLY_TOKEN"))
            : Optional.of(secret(tokenFile));
    if (token.isPresent()) {
      return new ManagerRest.Proof.Token(token.get());
    }
    if (passwordFile == null) {
      throw new DragonflyException(
          ErrorCode.UNAUTHENTICATED,
          "who asks is not said: give --token-file (or DRAGONFLY_TOKEN) with a personal access token,"
              + " or --password-file (or DRAGONFLY_PASSWORD_FILE) with the password of --user");
    }
    return new ManagerRest.Proof.Password(user, secret(passwordFile));
  }

  /** The first line of a file. */
  static String secret(Path file) {
    try {
      return Files.readString(file).lines().findFirst().orElse("").strip();
    } catch (IOException e) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT, "cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** Names and values with {@code =} or {@code :} between them. */
  static Map<String, String> headers(Iterable<String> lines) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw new DragonflyException(
            ErrorCode.INVALID_ARGUMENT, "not a header: '" + line + "' (expected 'Name: value')");
      }
      headers.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
    }
    return headers;
  }

  private CommandSpec command() {
    if (command == null) {
      throw new IllegalStateException("picocli sets the command before it runs it");
    }
    return command;
  }
}
