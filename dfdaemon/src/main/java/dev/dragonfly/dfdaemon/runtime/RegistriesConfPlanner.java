package dev.dragonfly.dfdaemon.runtime;

import static dev.dragonfly.dfdaemon.runtime.RuntimeKind.CRIO;
import static dev.dragonfly.dfdaemon.runtime.RuntimeKind.PODMAN;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Decides what CRI-O, Podman, Buildah and skopeo need: one drop-in that they share. They know no
 * mirror for every registry and send neither header nor ns, so each is listed, with the registry in
 * the path of its mirror. No I/O.
 */
final class RegistriesConfPlanner {
  private static final Path MAIN = Path.of("/etc/containers/registries.conf");
  private static final Path FOLDER = Path.of("/etc/containers/registries.conf.d");
  private static final String DROP_IN = "zz-dragonfly.conf";
  private static final List<String> USUAL =
      List.of(
          "docker.io",
          "gcr.io",
          "ghcr.io",
          "mcr.microsoft.com",
          "public.ecr.aws",
          "quay.io",
          "registry.k8s.io");
  private static final Map<RuntimeKind, List<Path>> TRACES =
      Map.of(
          CRIO,
          List.of(Path.of("/etc/crio"), Path.of("/usr/bin/crio"), Path.of("/usr/local/bin/crio")),
          PODMAN,
          List.of(
              Path.of("/usr/bin/podman"), Path.of("/usr/bin/buildah"), Path.of("/usr/bin/skopeo")));

  /** What one file says of a prefix. */
  private record Said(Path file, ObjectNode registry) {}

  private final HostTree tree;
  private final RuntimeSettings settings;
  private final RuntimePlan plan;

  RegistriesConfPlanner(HostTree tree, RuntimeSettings settings, RuntimePlan plan) {
    this.tree = tree;
    this.settings = settings;
    this.plan = plan;
  }

  /** Whether that one of them is on the node. */
  boolean finds(RuntimeKind runtime) {
    return TRACES.getOrDefault(runtime, List.of()).stream().anyMatch(tree::exists);
  }

  /**
   * Puts what is wanted into the plan, for the runtime that has to be told of a change if there is
   * one.
   */
  void plan(RuntimeKind runtime) {
    try {
      Map<String, Said> said = read();
      StringBuilder lines = new StringBuilder();
      for (String prefix : prefixes(said)) {
        entry(runtime, prefix, said.get(prefix), lines);
      }
      if (!lines.isEmpty()) {
        plan.want(
            FOLDER.resolve(DROP_IN),
            new WantedFile(
                runtime,
                OwnBlock.of(lines.toString()),
                false,
                runtime == CRIO ? List.of("systemctl", "reload", "crio") : List.of()));
      }
    } catch (DragonflyException e) {
      plan.refuse(runtime, e);
    }
  }

  private Map<String, Said> read() {
    Map<String, Said> said = new LinkedHashMap<>();
    read(MAIN, said);
    for (String name : tree.files(FOLDER)) {
      if (name.endsWith(".conf")) {
        read(FOLDER.resolve(name), said);
      }
    }
    return said;
  }

  private void read(Path file, Map<String, Said> said) {
    ObjectNode content = TomlText.parse(tree.read(file).orElse(""), file);
    if (content.has("registries")) {
      throw new DragonflyException(
          ErrorCode.FAILED_PRECONDITION,
          file
              + " has the old form ([registries.search] and so on), which cannot be mixed with"
              + " drop-ins; rewrite it with unqualified-search-registries and [[registry]]");
    }
    for (JsonNode entry : content.path("registry")) {
      if (entry instanceof ObjectNode registry) {
        String location = registry.path("location").asString("");
        String prefix = registry.path("prefix").asString("");
        said.put(prefix.isEmpty() ? location : prefix, new Said(file, registry));
      }
    }
  }

  private Set<String> prefixes(Map<String, Said> said) {
    Set<String> prefixes = new LinkedHashSet<>(settings.registries());
    if (!settings.onlyListed()) {
      if (prefixes.isEmpty()) {
        prefixes.addAll(USUAL);
      }
      prefixes.addAll(said.keySet());
    }
    return prefixes;
  }

  private void entry(RuntimeKind runtime, String prefix, @Nullable Said said, StringBuilder lines) {
    String location = said == null ? prefix : said.registry().path("location").asString(prefix);
    String host = location.replaceFirst("/.*", "");
    if (RegistryHosts.isThisNode(host)) {
      plan.note(runtime, prefix + " is on this node and stays as it is");
    } else if (prefix.startsWith("*.") && location.equals(prefix)) {
      plan.warn(runtime, prefix + ": a mirror cannot be named for a wildcard; list its registries");
    } else if (!RegistryHosts.fitsIntoPath(host)) {
      plan.warn(
          runtime,
          "%s: no port can stand in the path of a mirror (%s); give it a name under proxy.registries, see docs/runtimes.md"
              .formatted(prefix, host));
    } else if (said == null) {
      lines.append(lines.isEmpty() ? "" : "\n");
      lines.append("[[registry]]\nprefix = ").append(TomlText.quoted(prefix));
      lines.append("\nlocation = ").append(TomlText.quoted(location)).append('\n');
      lines.append(mirror(location));
    } else if (isOurs(runtime, prefix, said)) {
      lines.append(lines.isEmpty() ? "" : "\n");
      lines.append(copied(prefix, location, said.registry()));
      plan.note(
          runtime,
          "%s: what %s says of it is repeated in the drop-in, which replaces it; run configure again after a change there"
              .formatted(prefix, said.file()));
    }
  }

  private boolean isOurs(RuntimeKind runtime, String prefix, Said said) {
    if (said.registry().path("blocked").asBoolean(false)) {
      plan.note(runtime, prefix + " is blocked in " + said.file() + " and stays so");
      return false;
    }
    for (JsonNode mirror : said.registry().path("mirror")) {
      if (mirror.path("location").asString("").startsWith(settings.proxyAuthority())) {
        plan.isPointed(runtime);
        plan.note(
            runtime, said.file() + " names the proxy for " + prefix + " already; left as it is");
        return false;
      }
    }
    if (said.file().startsWith(FOLDER)
        && said.file().getFileName().toString().compareTo(DROP_IN) > 0) {
      plan.warn(
          runtime,
          "%s: %s comes after our drop-in and has the last word; rename it"
              .formatted(prefix, said.file()));
      return false;
    }
    return true;
  }

  private String copied(String prefix, String location, ObjectNode registry) {
    StringBuilder lines = new StringBuilder("[[registry]]\nprefix = ");
    lines.append(TomlText.quoted(prefix)).append("\nlocation = ").append(TomlText.quoted(location));
    lines.append('\n').append(keys(registry, Set.of("prefix", "location", "mirror")));
    lines.append(mirror(location));
    for (JsonNode other : registry.path("mirror")) {
      if (other instanceof ObjectNode table) {
        lines.append("\n[[registry.mirror]]\n").append(keys(table, Set.of()));
      }
    }
    return lines.toString();
  }

  private static String keys(ObjectNode table, Set<String> without) {
    StringBuilder lines = new StringBuilder();
    table
        .properties()
        .forEach(entry -> {
          if (!without.contains(entry.getKey())) {
            lines.append(TomlText.key(entry.getKey())).append(" = ");
            lines.append(TomlText.value(entry.getValue())).append('\n');
          }
        });
    return lines.toString();
  }

  private String mirror(String location) {
    return "\n[[registry.mirror]]\nlocation = %s\ninsecure = true\n"
        .formatted(TomlText.quoted(settings.proxyAuthority() + "/" + location));
  }
}
