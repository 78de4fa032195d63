package dev.dragonfly.manager.app;

import dev.dragonfly.common.testing.ArchRules;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {
  @Test
  void theManagerKeepsToTheRulesOfTheHouse() {
    ArchRules.check("dev.dragonfly.manager");
  }
}
