package dev.dragonfly.dfdaemon.runtime;

import dev.dragonfly.common.error.DragonflyException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One hosts.toml of containerd with the proxy as its first host. Pure.
 *
 * @param registry whose it is; empty for the one of all others
 */
record HostsToml(Path file, Optional<String> registry, String proxy) {
  /** What came out: the text, or why the file is left alone. */
  sealed interface Outcome {
    record Text(String text) implements Outcome {}

    /**
     * @param isFirst whether the proxy is asked already, before all others
     */
    record Alone(String why, boolean isFirst) implements Outcome {}
  }

  /**
   * A new file.
   *
   * @param certificates files of the folder: without a hosts.toml containerd takes them by itself,
   *     with one it takes only what that says
   */
  String fresh(List<Path> certificates) {
    String server = registry.map(HostsToml::server).orElse("");
    StringBuilder text = new StringBuilder();
    if (!server.isEmpty()) {
      text.append("server = ").append(TomlText.quoted(server)).append('\n');
      text.append(authorities(certificates)).append(clients(certificates)).append('\n');
    }
    return OwnBlock.of(text + host(server));
  }

  /** The file that is there, with the proxy put before the other hosts. */
  Outcome into(String former) {
    ObjectNode before = TomlText.parse(former, file);
    JsonNode hosts = before.path("host");
    if (hosts.has(proxy)) {
      boolean isFirst = hosts.propertyNames().iterator().next().equals(proxy);
      return new Outcome.Alone(
          isFirst
              ? "names the proxy already; left as it is"
              : "names the proxy, but not as its first host; put it first by hand",
          isFirst);
    }
    String server = before.path("server").asString("");
    String block = OwnBlock.of(host(headerFor(server)));
    List<String> lines = TomlText.lines(former);
    int at = firstTable(lines);
    StringBuilder text = new StringBuilder();
    lines.subList(0, at).forEach(text::append);
    if (!text.isEmpty() && text.charAt(text.length() - 1) != '\n') {
      text.append('\n');
    }
    text.append(block);
    lines.subList(at, lines.size()).forEach(text::append);
    return changesNothingElse(text.toString(), before)
        ? new Outcome.Text(text.toString())
        : new Outcome.Alone(
            "writes its hosts in a form into which no host can be put; add [host.\""
                + proxy
                + "\"] by hand",
            false);
  }

  /** The name that the daemon is told; none where the server is a path of another registry. */
  private String headerFor(String server) {
    if (registry.isEmpty() || server.isEmpty()) {
      return registry.map(HostsToml::server).orElse("");
    }
    String origin = server.contains("://") ? server : "https://" + server;
    return origin.matches("https?://[^/]+/?(v2/?)?")
        ? origin.replaceFirst("(https?://[^/]+).*", "$1")
        : "";
  }

  private boolean changesNothingElse(String text, ObjectNode before) {
    ObjectNode after;
    try {
      after = TomlText.parse(text, file);
    } catch (DragonflyException e) {
      return false;
    }
    if (!(after.path("host") instanceof ObjectNode hosts)
        || !hosts.propertyNames().iterator().next().equals(proxy)) {
      return false;
    }
    hosts.remove(proxy);
    if (hosts.isEmpty() && !before.has("host")) {
      after.remove("host");
    }
    return after.equals(before);
  }

  /**
   * Before the first table with the comment right above it; what stands before belongs to the top
   * level.
   */
  private static int firstTable(List<String> lines) {
    boolean[] headers = TomlText.headers(lines);
    int header = 0;
    while (header < headers.length && !headers[header]) {
      header++;
    }
    if (header == headers.length) {
      return header;
    }
    int at = header;
    while (at > 0 && lines.get(at - 1).stripLeading().startsWith("#")) {
      at--;
    }
    return at == 0 ? header : at;
  }

  private String host(String origin) {
    String name = "host." + TomlText.quoted(proxy);
    String text = "[" + name + "]\n  capabilities = [\"pull\", \"resolve\"]\n";
    if (!origin.isEmpty()) {
      text +=
          "  [" + name + ".header]\n    X-Dragonfly-Registry = [" + TomlText.quoted(origin) + "]\n";
    }
    return text;
  }

  private static String server(String registry) {
    return registry.equals("docker.io") ? "https://registry-1.docker.io" : "https://" + registry;
  }

  private static String authorities(List<Path> certificates) {
    List<String> files = new ArrayList<>();
    for (Path file : certificates) {
      if (file.toString().endsWith(".crt")) {
        files.add(TomlText.quoted(file.toString()));
      }
    }
    return files.isEmpty() ? "" : "ca = [" + String.join(", ", files) + "]\n";
  }

  private static String clients(List<Path> certificates) {
    List<String> pairs = new ArrayList<>();
    for (Path file : certificates) {
      Path key = Path.of(file.toString().replaceFirst("\\.cert$", ".key"));
      if (file.toString().endsWith(".cert") && certificates.contains(key)) {
        pairs.add(
            "[" + TomlText.quoted(file.toString()) + ", " + TomlText.quoted(key.toString()) + "]");
      }
    }
    return pairs.isEmpty() ? "" : "client = [" + String.join(", ", pairs) + "]\n";
  }
}
