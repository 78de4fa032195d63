package dev.dragonfly.scheduler.app;

import static java.util.Map.entry;

import dev.dragonfly.common.testing.ArchRules;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  /** The store's ports lie beside the nouns; only app knows their implementation. */
  private static final Map<String, Set<String>> LAYERS =
      Map.ofEntries(
          entry("app", Set.of("*")),
          entry("rpc", Set.of("session", "client", "gc", "job", "seed", "store", "resource")),
          entry("session", Set.of("scheduling", "seed", "figures", "store", "resource")),
          entry("scheduling", Set.of("resource")),
          entry("seed", Set.of("dynconfig", "store")),
          entry("gc", Set.of("store")),
          entry("job", Set.of("seed", "store", "resource")),
          entry("client", Set.of("dynconfig", "figures", "job")),
          entry("figures", Set.of()),
          entry("dynconfig", Set.of("scheduling")),
          entry("store.redis", Set.of("store", "resource")),
          entry("store", Set.of("resource")),
          entry("resource", Set.of()));

  @Test
  void theModuleKeepsToTheRulesOfTheHouse() {
    ArchRules.check("dev.dragonfly.scheduler");
  }

  @Test
  void arrowsGoDownThroughTheLayers() {
    ArchRules.checkLayers("dev.dragonfly.scheduler", LAYERS);
  }
}
