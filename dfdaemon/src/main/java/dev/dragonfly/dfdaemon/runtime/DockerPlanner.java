package dev.dragonfly.dfdaemon.runtime;

import static dev.dragonfly.dfdaemon.runtime.RuntimeKind.DOCKER;

import dev.dragonfly.common.error.DragonflyException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Decides what dockerd needs: a mirror of Docker Hub, as it knows no others. No I/O. */
final class DockerPlanner {
  static final Path CONFIG = Path.of("/etc/docker/daemon.json");
  private static final List<Path> BINARIES =
      List.of(Path.of("/usr/bin/dockerd"), Path.of("/usr/local/bin/dockerd"));
  private static final List<Path> UNITS =
      List.of(
          Path.of("/lib/systemd/system/docker.service"),
          Path.of("/usr/lib/systemd/system/docker.service"),
          Path.of("/etc/systemd/system/docker.service"),
          Path.of("/etc/default/docker"),
          Path.of("/etc/sysconfig/docker"));
  private static final Path OVERRIDES = Path.of("/etc/systemd/system/docker.service.d");

  private final HostTree tree;
  private final RuntimeSettings settings;
  private final RuntimePlan plan;

  DockerPlanner(HostTree tree, RuntimeSettings settings, RuntimePlan plan) {
    this.tree = tree;
    this.settings = settings;
    this.plan = plan;
  }

  /** Puts what is wanted into the plan; whether there is a dockerd. */
  boolean plan() {
    if (!tree.exists(CONFIG) && BINARIES.stream().noneMatch(tree::exists)) {
      return false;
    }
    try {
      configure();
    } catch (DragonflyException e) {
      plan.refuse(DOCKER, e);
    }
    return true;
  }

  private void configure() {
    List<String> others = new ArrayList<>(settings.registries());
    others.remove("docker.io");
    plan.note(
        DOCKER,
        "asks mirrors for images of Docker Hub only; those of other registries do not come through the proxy"
            + (others.isEmpty() ? "" : ": " + String.join(", ", others)));
    if (settings.onlyListed() && !settings.registries().contains("docker.io")) {
      return;
    }
    for (Path file : places()) {
      if (tree.read(file).orElse("").contains("--registry-mirror")) {
        plan.refuse(
            DOCKER,
            file
                + " gives dockerd --registry-mirror; it does not start with the same key in "
                + CONFIG
                + ", so add --registry-mirror="
                + settings.proxy()
                + " there instead");
        return;
      }
    }
    String former = tree.read(CONFIG).orElse("");
    ObjectNode content = DaemonJson.parse(former, CONFIG);
    if (content.path("proxies").toString().contains(settings.proxyAuthority())) {
      plan.warn(
          DOCKER,
          CONFIG
              + " has the proxy in proxies too; it opens no tunnels (CONNECT is 501): take it out");
    }
    if (DaemonJson.names(content, settings.proxy())) {
      plan.isPointed(DOCKER);
      plan.note(DOCKER, CONFIG + " names the proxy already; left as it is");
      return;
    }
    plan.want(
        CONFIG,
        new WantedFile(
            DOCKER,
            DaemonJson.with(former, settings.proxy(), CONFIG),
            false,
            List.of("systemctl", "reload", "docker")));
  }

  private List<Path> places() {
    List<Path> places = new ArrayList<>(UNITS);
    tree.files(OVERRIDES).forEach(name -> places.add(OVERRIDES.resolve(name)));
    return places;
  }
}
