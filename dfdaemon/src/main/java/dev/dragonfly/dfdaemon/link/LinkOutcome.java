package dev.dragonfly.dfdaemon.link;

/** What came of the wish to speak with a host. */
public sealed interface LinkOutcome {
  /** There is a session. */
  record Linked(Link link) implements LinkOutcome {}

  /** The host answers, but knows plain Vortex only. */
  record Plain() implements LinkOutcome {}

  /**
   * There is no session now; a later attempt may succeed.
   *
   * @param why for the log
   */
  record Failed(String why) implements LinkOutcome {}
}
