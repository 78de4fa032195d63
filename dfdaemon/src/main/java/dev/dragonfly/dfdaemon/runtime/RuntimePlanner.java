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
    if (kinds.contains(RuntimeKind.CONTAINERD)) {
      boolean there = new ContainerdPlanner(tree, settings, plan).plan();
      found(plan, settings, RuntimeKind.CONTAINERD, there);
    }
    RegistriesConfPlanner registries = new RegistriesConfPlanner(tree, settings, plan);
    boolean crio = kinds.contains(RuntimeKind.CRIO) && registries.finds(RuntimeKind.CRIO);
    boolean podman = kinds.contains(RuntimeKind.PODMAN) && registries.finds(RuntimeKind.PODMAN);
    found(plan, settings, RuntimeKind.CRIO, crio);
    found(plan, settings, RuntimeKind.PODMAN, podman);
    if (crio || podman) {
      // They read the same files; CRI-O has to be told of a change.
      registries.plan(crio ? RuntimeKind.CRIO : RuntimeKind.PODMAN);
    }
    if (kinds.contains(RuntimeKind.DOCKER)) {
      boolean there = new DockerPlanner(tree, settings, plan).plan();
      found(plan, settings, RuntimeKind.DOCKER, there);
    }
    if (plan.found().isEmpty() && settings.runtimes().contains("all")) {
      plan.refuse(RuntimeKind.CONTAINERD, "no container runtime was found; is --root right?");
    }
    return plan;
  }

  private static void found(
      RuntimePlan plan, RuntimeSettings settings, RuntimeKind kind, boolean there) {
    if (there) {
      plan.isFound(kind);
    } else if (settings.names(kind)) {
      plan.refuse(kind, "was not found on this node; is --root right?");
    }
  }
}
