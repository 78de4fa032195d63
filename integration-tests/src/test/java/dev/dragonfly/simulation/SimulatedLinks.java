package dev.dragonfly.simulation;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.dfdaemon.swarm.Dialer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The links of one host: one with each other, whoever dialled. For one thread. */
final class SimulatedLinks implements Dialer {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  /** A link on which a block stands still for so long is closed by who waits for it. */
  private static final Duration STANDS_STILL = Duration.ofSeconds(10);

  private final SimulatedHost host;
  private final SimulatedWorld world;
  private final Map<SimulatedHost, SimulatedLink> byHost = new LinkedHashMap<>();

  SimulatedLinks(SimulatedHost host, SimulatedWorld world) {
    this.host = host;
    this.world = world;
  }

  @Override
  public void dial(Host to, Outcome outcome) {
    SimulatedHost other = world.hostAt(to);
    SimulatedLink there = byHost.get(other);
    if (there != null && there.isOpen()) {
      outcome.linked(there);
      return;
    }
    if (!host.speaksSessions() || !other.speaksSessions()) {
      outcome.plain();
      return;
    }
    boolean silent = !other.isAlive() && other.member().silent();
    Duration wait = silent ? CONNECT_TIMEOUT : latency(other).multipliedBy(2);
    world
        .time()
        .after(
            wait,
            () -> {
              if (host.isAlive()) {
                answered(other, outcome);
                host.settle();
              }
            });
  }

  private void answered(SimulatedHost other, Outcome outcome) {
    if (other.isAlive()) {
      outcome.linked(with(other));
    } else {
      outcome.failed("nobody answers");
    }
  }

  private Duration latency(SimulatedHost other) {
    return host.member().latency().plus(other.member().latency());
  }

  private SimulatedLink with(SimulatedHost other) {
    SimulatedLink there = byHost.get(other);
    if (there != null && there.isOpen()) {
      return there;
    }
    SimulatedLink here = new SimulatedLink(host, other, world, latency(other));
    SimulatedLink theirs = new SimulatedLink(other, host, world, latency(other));
    here.joinTo(theirs);
    theirs.joinTo(here);
    byHost.put(other, here);
    other.links().byHost.put(host, theirs);
    return here;
  }

  @Nullable SimulatedLink linkTo(SimulatedHost other) {
    return byHost.get(other);
  }

  /** Blocks that are being sent or wait for that. */
  int sending() {
    return byHost.values().stream().mapToInt(SimulatedLink::sending).sum();
  }

  /** The host disappeared: the others find out at once, or when nothing comes for long. */
  void die() {
    Duration later = host.member().silent() ? STANDS_STILL : Duration.ZERO;
    for (SimulatedLink link : List.copyOf(byHost.values())) {
      link.die();
      world.time().after(later.plus(latency(link.other())), link::lostByOther);
    }
  }
}
