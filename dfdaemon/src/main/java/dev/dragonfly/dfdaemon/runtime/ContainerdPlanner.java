package dev.dragonfly.dfdaemon.runtime;

import static dev.dragonfly.dfdaemon.runtime.RuntimeKind.CONTAINERD;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Decides what containerd needs: hosts.toml files, and config_path where it has none. No I/O. */
final class ContainerdPlanner {
  private static final String DROP_IN = "zz-dragonfly.toml";

  private final HostTree tree;
  private final RuntimeSettings settings;
  private final RuntimePlan plan;

  ContainerdPlanner(HostTree tree, RuntimeSettings settings, RuntimePlan plan) {
    this.tree = tree;
    this.settings = settings;
    this.plan = plan;
  }

  /** Puts what is wanted into the plan; whether there is a containerd. */
  boolean plan() {
    List<ContainerdInstall> installs = ContainerdInstall.find(tree);
    for (ContainerdInstall install : installs) {
      try {
        plan(install);
      } catch (DragonflyException e) {
        plan.refuse(CONTAINERD, e);
      }
    }
    return !installs.isEmpty();
  }

  private void plan(ContainerdInstall install) {
    if (!tree.exists(install.config())) {
      plan.refuse(
          CONTAINERD,
          "there is no "
              + install.config()
              + ", so it cannot be told where hosts.toml files are; make one with"
              + " 'containerd config default > "
              + install.config()
              + "'");
      return;
    }
    ContainerdConfig config = ContainerdConfig.read(tree, install.config());
    for (String misnamed : config.misnamed()) {
      if (config.hostFolders().isEmpty()) {
        plan.broken(CONTAINERD, install.config() + ": " + misnamed);
      } else {
        plan.warn(CONTAINERD, install.config() + ": " + misnamed);
      }
    }
    if (config.hasNewNamesOnly()) {
      plan.needContainerd2();
    }
    if (config.isWithoutVersion()) {
      plan.broken(
          CONTAINERD,
          install.config()
              + ": without version = 2 at its top containerd 1.x does not look at plugin"
              + " io.containerd.grpc.v1.cri; add that line");
    }
    List<Path> folders = config.hostFolders();
    if (folders.isEmpty()) {
      Optional<Path> folder = withoutPath(install, config);
      if (folder.isEmpty()) {
        return;
      }
      folders = List.of(folder.get());
    } else {
      warnOfTraps(install, config, folders);
    }
    new HostFolders(tree, settings, plan, folders).plan();
  }

  private void warnOfTraps(ContainerdInstall install, ContainerdConfig config, List<Path> folders) {
    if (folders.size() > 1 && config.version() >= 3 && !config.pullsLocally()) {
      plan.warn(
          CONTAINERD,
          install.config()
              + ": config_path names "
              + folders.size()
              + " folders; containerd 2.1 and 2.2.0 take such a list for one folder and ask no"
              + " mirror unless use_local_image_pull = true is set");
    }
    if (!config.conflicts().isEmpty()) {
      plan.broken(
          CONTAINERD,
          install.config()
              + ": "
              + String.join(" and ", config.conflicts())
              + " cannot stand beside config_path; containerd does not load its CRI plugin then");
    }
    config
        .hidingFile()
        .ifPresent(file ->
            plan.warn(
                CONTAINERD,
                file
                    + " has the table of the plugin without registry.config_path; containerd"
                    + " 1.x forgets the path of the file that imports it"));
  }

  /**
   * The folder of hosts.toml files once the plan has told containerd of it; empty when it cannot.
   */
  private Optional<Path> withoutPath(ContainerdInstall install, ContainerdConfig config) {
    Path folder = install.usualHostFolder();
    if (config.isWithoutCri()) {
      plan.note(
          CONTAINERD,
          "its CRI plugin is disabled (Docker's package does that): "
              + folder
              + " is for nerdctl and ctr --hosts-dir only");
      return Optional.of(folder);
    }
    if (!config.conflicts().isEmpty()) {
      plan.refuse(
          CONTAINERD,
          install.config()
              + " has "
              + String.join(" and ", config.conflicts())
              + ", which cannot stand beside config_path; move them into hosts.toml files first,"
              + " see docs/runtimes.md");
      return Optional.empty();
    }
    Optional<Path> dropIns = config.dropInFolder();
    if (dropIns.isPresent()) {
      plan.want(
          dropIns.get().resolve(DROP_IN),
          // It repeats what may be passwords.
          new WantedFile(CONTAINERD, config.dropIn(folder), true, install.restart()));
      return Optional.of(folder);
    }
    String lines =
        "[%s] config_path = %s"
            .formatted(config.registryTable(), TomlText.quoted(folder.toString()));
    if (install.isGenerated()) {
      plan.refuse(
          CONTAINERD,
          "%s has no config_path and is written by %s; add %s to its template"
              .formatted(install.config(), install.generator(), lines));
      return Optional.empty();
    }
    if (!settings.editConfig()) {
      plan.refuse(
          CONTAINERD,
          "%s has no config_path and imports no folder for drop-ins; add %s, or have it done with --edit-config"
              .formatted(install.config(), lines));
      return Optional.empty();
    }
    String former = tree.read(install.config()).orElse("");
    String edited = withPath(former, config, folder);
    checkEdit(install.config(), former, edited, config.plugin(), folder);
    plan.want(install.config(), new WantedFile(CONTAINERD, edited, false, install.restart()));
    return Optional.of(folder);
  }

  private static String withPath(String former, ContainerdConfig config, Path folder) {
    String entry = "config_path = " + TomlText.quoted(folder.toString());
    String table = "[" + config.registryTable() + "]";
    List<String> lines = TomlText.lines(former);
    boolean[] headers = TomlText.headers(lines);
    boolean inTable = false;
    int header = -1;
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      if (headers[i]) {
        inTable = lines.get(i).strip().replace('\'', '"').equals(table);
        header = inTable ? i : header;
      }
      if (inTable && lines.get(i).strip().matches("config_path\\s*=\\s*(\"\"|'')(\\s*#.*)?")) {
        String indent = lines.get(i).replaceFirst("(?s)\\S.*", "");
        lines.set(i, OwnBlock.replacing(indent + entry, lines.get(i)));
        lines.forEach(text::append);
        return text.toString();
      }
    }
    for (int i = 0; i < lines.size(); i++) {
      text.append(lines.get(i));
      if (i == header) {
        text.append(OwnBlock.of(entry));
      }
    }
    if (header < 0) {
      text.append(former.isEmpty() || former.endsWith("\n") ? "" : "\n");
      text.append(OwnBlock.of(table + "\n  " + entry));
    }
    return text.toString();
  }

  /** Reads the outcome again: a line that says more than it should must not reach the node. */
  private static void checkEdit(
      Path file, String former, String edited, String plugin, Path folder) {
    ObjectNode wanted = TomlText.parse(former, file);
    ObjectNode at = wanted;
    for (String name : List.of("plugins", plugin, "registry")) {
      at = at.path(name) instanceof ObjectNode there ? there : at.putObject(name);
    }
    at.put("config_path", folder.toString());
    ObjectNode written;
    try {
      written = TomlText.parse(edited, file);
    } catch (DragonflyException e) {
      throw unfit(file);
    }
    if (!written.equals(wanted)) {
      throw unfit(file);
    }
  }

  private static DragonflyException unfit(Path file) {
    return new DragonflyException(
        ErrorCode.FAILED_PRECONDITION,
        file + " is written in a form into which config_path cannot be put; add it by hand");
  }
}
