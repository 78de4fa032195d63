package dev.dragonfly.dfdaemon.link;

/** How a task stands at a host. */
public enum TaskState {
  /** A download runs: it wants blocks and will have more. */
  GROWING,
  /** It has what it has; nothing more comes, for now. */
  RESTING,
  /** It has everything. */
  COMPLETE
}
