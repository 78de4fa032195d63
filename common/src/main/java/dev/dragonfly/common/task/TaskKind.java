package dev.dragonfly.common.task;

/** The families of tasks. They differ in data only, see {@link TaskPolicy}. */
public enum TaskKind {
  /** Content of a URL, cached while there is room. */
  STANDARD,
  /** Content of an object store with a number of replicas that are kept. */
  PERSISTENT,
  /** A file shared by a peer, without a source. */
  PERSISTENT_CACHE,
  /** Reserved by the wire; answered as unimplemented. */
  CACHE;

  /** What distinguishes this kind from the others. */
  public TaskPolicy policy() {
    return switch (this) {
      case STANDARD -> new TaskPolicy("tasks", true, false, true);
      case PERSISTENT -> new TaskPolicy("persistent-tasks", true, true, false);
      case PERSISTENT_CACHE -> new TaskPolicy("persistent-cache-tasks", false, true, false);
      case CACHE -> new TaskPolicy("cache-tasks", true, false, true);
    };
  }
}
