package dev.dragonfly.common.lifecycle;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The command line of a service. Read without a library: the class files of that of the tools are
 * too old for a startup cache.
 *
 * @param config the configuration; absent when none was named
 * @param readyFile where to say that everything is serving
 */
public record ServiceArguments(Optional<Path> config, Optional<Path> readyFile) {
  private static final int USAGE = 2;

  /**
   * Runs a service with its command line.
   *
   * @return the exit code: 2 for a command line that cannot be read
   */
  public static int run(Service service, String... command) throws InterruptedException {
    List<String> words = List.of(command);
    if (words.contains("--help") || words.contains("-h")) {
      System.out.print(usage(service));
      return 0;
    }
    if (words.contains("--version") || words.contains("-V")) {
      System.out.println(service.name() + " 0.1.0 (Dragonfly for Java)");
      return 0;
    }
    ServiceArguments arguments;
    try {
      arguments = parse(words, service.needsConfig());
    } catch (IllegalArgumentException e) {
      System.err.println(service.name() + ": " + e.getMessage());
      System.err.print(usage(service));
      return USAGE;
    }
    return service.run(arguments);
  }

  private static String usage(Service service) {
    return """
    Usage: %s %s [--ready-file FILE]
    %s
          --config FILE       Configuration, YAML.
          --ready-file FILE   Written when all is serving: one line of JSON with the real ports.
          --help, --version
    """
        .formatted(
            service.name(),
            service.needsConfig() ? "--config FILE" : "[--config FILE]",
            service.purpose());
  }

  /**
   * Reads the options, each as {@code --key value} or {@code --key=value}.
   *
   * @throws IllegalArgumentException for what is unknown, missing or has no value
   */
  static ServiceArguments parse(List<String> command, boolean needsConfig) {
    Optional<Path> config = Optional.empty();
    Optional<Path> readyFile = Optional.empty();
    Iterator<String> words = command.iterator();
    while (words.hasNext()) {
      String word = words.next();
      int equals = word.indexOf('=');
      String key = equals < 0 ? word : word.substring(0, equals);
      switch (key) {
        case "--config" -> config = Optional.of(path(word, equals, words));
        case "--ready-file" -> readyFile = Optional.of(path(word, equals, words));
        default -> throw new IllegalArgumentException("unknown option " + word);
      }
    }
    if (needsConfig && config.isEmpty()) {
      throw new IllegalArgumentException("--config FILE is missing");
    }
    return new ServiceArguments(config, readyFile);
  }

  private static Path path(String word, int equals, Iterator<String> words) {
    if (equals >= 0) {
      return Path.of(word.substring(equals + 1));
    }
    if (!words.hasNext()) {
      throw new IllegalArgumentException(word + " needs a file");
    }
    return Path.of(words.next());
  }
}
