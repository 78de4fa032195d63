package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.dfdaemon.link.Link;

/** Makes links to hosts. Safe for any thread; never waits. */
@FunctionalInterface
public interface Dialer {
  /** The link to a host: the one that there is, or a new one. */
  void dial(Host host, Outcome outcome);

  /** Told once, on any thread, what came of it. */
  interface Outcome {
    void linked(Link link);

    /** The host does not speak the session. */
    void plain();

    /** It could not be reached. */
    void failed(String why);
  }
}
