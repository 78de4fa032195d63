package dev.dragonfly.dfdaemon.runtime;

import java.util.Set;

/** Asks the planner of each runtime. */
final class RuntimePlanner {
  private RuntimePlanner() {}

  /**
   * What shall be on the node.
   *
   * @param tree its files as they are without us
   */
  static RuntimePlan plan(HostTree tree, RuntimeSettings settings) {
    RuntimePlan plan = new RuntimePlan();
    Set<RuntimeKind> kinds = settings.kinds();
    boolean found = false;
    if (kinds.contains(RuntimeKind.CONTAINERD)) {
      boolean there = new ContainerdPlanner(tree, settings, plan).plan();
      found |= there;
      missing(plan, settings, RuntimeKind.CONTAINERD, there);
    }
    RegistriesConfPlanner registries = new RegistriesConfPlanner(tree, settings, plan);
    boolean crio = kinds.contains(RuntimeKind.CRIO) && registries.finds(RuntimeKind.CRIO);
    boolean podman = kinds.contains(RuntimeKind.PODMAN) && registries.finds(RuntimeKind.PODMAN);
    found |= crio || podman;
    missing(plan, settings, RuntimeKind.CRIO, crio);
    missing(plan, settings, RuntimeKind.PODMAN, podman);
    if (crio || podman) {
      // They read the same files; CRI-O has to be told of a change.
      registries.plan(crio ? RuntimeKind.CRIO : RuntimeKind.PODMAN);
    }
    if (kinds.contains(RuntimeKind.DOCKER)) {
      boolean there = new DockerPlanner(tree, settings, plan).plan();
      found |= there;
      missing(plan, settings, RuntimeKind.DOCKER, there);
    }
    if (!found && settings.runtimes().contains("all")) {
      plan.refuse(RuntimeKind.CONTAINERD, "no container runtime was found; is --root right?");
    }
    return plan;
  }

  private static void missing(
      RuntimePlan plan, RuntimeSettings settings, RuntimeKind kind, boolean there) {
    if (!there && settings.names(kind)) {
      plan.refuse(kind, "was not found on this node; is --root right?");
    }
  }
}
