package dev.dragonfly.dfdaemon.app;

import static java.util.Map.entry;

import dev.dragonfly.common.testing.ArchRules;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  /** From the doors down to the disk and the wire; no arrow goes up. */
  private static final Map<String, Set<String>> LAYERS =
      Map.ofEntries(
          entry("app", Set.of("*")),
          entry("cli", Set.of("runtime", "net", "source")),
          entry("doctor", Set.of("runtime", "host", "client", "net")),
          entry("runtime", Set.of()),
          entry("proxy", Set.of("proxy.registry", "task", "source", "storage", "net")),
          entry("proxy.registry", Set.of("source", "storage", "net")),
          entry("rpc", Set.of("task", "dynconfig", "storage", "net")),
          entry("task", Set.of("swarm", "backtosource", "piece", "session", "host", "storage")),
          entry("swarm", Set.of("swarm.policy", "piece", "client", "transfer", "link", "storage")),
          entry("backtosource", Set.of("piece", "source", "storage")),
          entry("piece", Set.of("storage")),
          entry("holdings", Set.of("session", "client", "dynconfig", "storage")),
          entry("host", Set.of("session", "client", "dynconfig")),
          entry("session", Set.of("client", "dynconfig")),
          entry("dynconfig", Set.of("client", "net")),
          entry("client", Set.of()),
          entry("transfer", Set.of("storage", "net")),
          entry("link", Set.of("link.wire", "storage", "net")),
          entry("link.wire", Set.of()),
          entry("swarm.policy", Set.of()),
          entry("source", Set.of("net")),
          entry("net", Set.of()),
          entry("storage", Set.of("storage.wire")),
          entry("storage.wire", Set.of("storage")));

  @Test
  void theModuleKeepsToTheRulesOfTheHouse() {
    ArchRules.check("dev.dragonfly.dfdaemon");
  }

  @Test
  void arrowsGoDownThroughTheLayers() {
    ArchRules.checkLayers("dev.dragonfly.dfdaemon", LAYERS);
  }
}
