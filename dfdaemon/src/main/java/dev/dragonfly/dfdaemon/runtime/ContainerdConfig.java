package dev.dragonfly.dfdaemon.runtime;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What containerd has configured about registries, its imports included: those of a file come after
 * it, each once, and a later file has the last word.
 */
final class ContainerdConfig {
  private static final String IMAGES = "io.containerd.cri.v1.images";
  private static final String CRI = "io.containerd.grpc.v1.cri";
  private static final String SHORT = "cri";

  private final int version;
  private final List<Path> files;
  private final List<ObjectNode> contents;
  private final List<Path> imports;
  private final String plugin;

  private ContainerdConfig(List<Path> files, List<ObjectNode> contents, List<Path> imports) {
    this.files = files;
    this.contents = contents;
    this.imports = imports;
    this.version = contents.getFirst().path("version").asInt(1);
    this.plugin = choosePlugin();
  }

  /** Reads the file, which is there, and its imports. */
  static ContainerdConfig read(HostTree tree, Path config) {
    List<ObjectNode> contents = new ArrayList<>();
    List<Path> imports = new ArrayList<>();
    Set<Path> seen = new LinkedHashSet<>();
    Deque<Path> pending = new ArrayDeque<>(List.of(config));
    while (!pending.isEmpty()) {
      Path file = pending.remove();
      Optional<String> text = tree.read(file);
      if (text.isEmpty() || !seen.add(file)) {
        continue;
      }
      ObjectNode content = TomlText.parse(text.get(), file);
      contents.add(content);
      for (JsonNode entry : content.path("imports")) {
        Path named = file.resolveSibling(entry.asString()).normalize();
        imports.add(named);
        pending.addAll(matches(tree, named));
      }
    }
    return new ContainerdConfig(List.copyOf(seen), contents, imports);
  }

  private static List<Path> matches(HostTree tree, Path named) {
    String glob = named.getFileName().toString();
    if (!glob.contains("*")) {
      return List.of(named);
    }
    Pattern pattern = Pattern.compile(Pattern.quote(glob).replace("*", "\\E[^/]*\\Q"));
    List<Path> found = new ArrayList<>();
    for (String name : tree.files(named.resolveSibling(""))) {
      if (pattern.matcher(name).matches()) {
        found.add(named.resolveSibling(name));
      }
    }
    return found;
  }

  private String choosePlugin() {
    if (version >= 3 || has(IMAGES)) {
      return IMAGES;
    }
    return version == 2 || has(CRI) ? CRI : SHORT;
  }

  private boolean has(String name) {
    return contents.stream().anyMatch(file -> file.path("plugins").has(name));
  }

  int version() {
    return version;
  }

  /** The plugin whose table has what concerns registries. */
  String plugin() {
    return plugin;
  }

  /** Its registry table as a TOML name. */
  String registryTable() {
    return "plugins." + TomlText.key(plugin) + ".registry";
  }

  /**
   * Folders with hosts.toml, in the order in which containerd looks; empty when none is configured.
   */
  List<Path> hostFolders() {
    String path = "";
    for (ObjectNode file : contents) {
      String said = pathIn(file);
      path = said.isEmpty() ? path : said;
    }
    List<Path> folders = new ArrayList<>();
    for (String folder : path.split(":")) {
      if (!folder.isBlank()) {
        folders.add(Path.of(folder.strip()));
      }
    }
    return folders;
  }

  private String pathIn(ObjectNode file) {
    String said = registryOf(file, plugin).path("config_path").asString("");
    // A version 2 file with names of both (AKS): containerd 1.x reads the one, 2.x takes over the
    // other.
    return said.isEmpty() && version < 3
        ? registryOf(file, CRI).path("config_path").asString("")
        : said;
  }

  private static JsonNode registryOf(ObjectNode file, String name) {
    return file.path("plugins").path(name).path("registry");
  }

  /**
   * The last file with that plugin, without its registries: containerd 1.x then forgets the path.
   */
  Optional<Path> hidingFile() {
    Optional<Path> hiding = Optional.empty();
    boolean said = false;
    for (int i = 0; i < files.size(); i++) {
      ObjectNode file = contents.get(i);
      if (!pathIn(file).isEmpty()) {
        said = true;
        hiding = Optional.empty();
      } else if (said && file.path("plugins").has(plugin)) {
        hiding = Optional.of(files.get(i));
      }
    }
    return hiding;
  }

  /** Keys that containerd refuses beside config_path, by their names. */
  List<String> conflicts() {
    Set<String> found = new LinkedHashSet<>();
    for (ObjectNode file : contents) {
      for (String name : List.of(plugin, CRI)) {
        JsonNode registry = registryOf(file, name);
        if (!registry.path("mirrors").isEmpty()) {
          found.add("registry.mirrors");
        }
        for (JsonNode config : registry.path("configs")) {
          if (config.has("tls")) {
            found.add("registry.configs.*.tls");
          }
        }
      }
    }
    return List.copyOf(found);
  }

  /**
   * What is said about registries under a name that a file of this version does not look at, each
   * as a sentence.
   */
  List<String> misnamed() {
    Set<String> found = new LinkedHashSet<>();
    for (ObjectNode file : contents) {
      for (Map.Entry<String, JsonNode> entry : file.path("plugins").properties()) {
        String name = entry.getKey();
        boolean isRead = name.equals(plugin) || version == 2 && name.equals(CRI);
        for (String key : List.of("config_path", "mirrors")) {
          if (!isRead && entry.getValue().path("registry").has(key)) {
            found.add(
                "a version %d file does not look at plugin %s; its registry.%s belongs to %s"
                    .formatted(version, name, key, plugin));
          }
        }
      }
    }
    return List.copyOf(found);
  }

  /** Whether only containerd 2.x finds the registries: names of 2.x in a version 2 file. */
  boolean hasNewNamesOnly() {
    return version == 2
        && plugin.equals(IMAGES)
        && contents.stream().noneMatch(file -> registryOf(file, CRI).has("config_path"))
        && contents.stream().anyMatch(file -> registryOf(file, IMAGES).has("config_path"));
  }

  /** Whether registries stand under the name of version 2 in a file that says no version. */
  boolean isWithoutVersion() {
    return version == 1 && contents.stream().anyMatch(file -> !registryOf(file, CRI).isEmpty());
  }

  /** Whether pods cannot use this containerd, as packages of Docker have it. */
  boolean isWithoutCri() {
    for (ObjectNode file : contents) {
      for (JsonNode disabled : file.path("disabled_plugins")) {
        if (disabled.asString().equals(SHORT) || disabled.asString().equals(CRI)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether images are pulled by the CRI plugin itself, which knows lists of folders. */
  boolean pullsLocally() {
    return contents.stream()
        .anyMatch(file ->
            file.path("plugins").path(plugin).path("use_local_image_pull").asBoolean(false));
  }

  /** The folder of which every TOML file is imported. */
  Optional<Path> dropInFolder() {
    for (Path named : imports) {
      String glob = named.getFileName().toString();
      if (glob.equals("*.toml") || glob.equals("*")) {
        return Optional.ofNullable(named.getParent());
      }
    }
    return Optional.empty();
  }

  /**
   * A drop-in that only adds the path. It repeats the whole table of the plugin: containerd 1.x
   * replaces the table by that of a later file, and would lose all other keys.
   */
  String dropIn(Path hostFolder) {
    ObjectNode table = contents.getFirst().objectNode();
    for (ObjectNode file : contents) {
      if (file.path("plugins").path(plugin) instanceof ObjectNode said) {
        merge(table, said);
      }
    }
    ObjectNode registry =
        table.path("registry") instanceof ObjectNode there ? there : table.putObject("registry");
    registry.put("config_path", hostFolder.toString());
    String head = contents.getFirst().has("version") ? "version = " + version + "\n\n" : "";
    return OwnBlock.of(head + TomlText.write("plugins." + TomlText.key(plugin), table));
  }

  private static void merge(ObjectNode into, ObjectNode from) {
    from.properties()
        .forEach(entry -> {
          if (entry.getValue() instanceof ObjectNode inner
              && into.path(entry.getKey()) instanceof ObjectNode there) {
            merge(there, inner);
          } else {
            into.set(entry.getKey(), entry.getValue().deepCopy());
          }
        });
  }
}
