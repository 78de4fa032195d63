package dev.dragonfly.seedpeer.app;

import dev.dragonfly.common.testing.ArchRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  @Test
  void theModuleKeepsToTheRulesOfTheHouse() {
    ArchRules.check("dev.dragonfly.seedpeer");
  }
}
