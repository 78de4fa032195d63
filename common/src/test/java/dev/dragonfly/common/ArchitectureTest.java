package dev.dragonfly.common;

import dev.dragonfly.common.testing.ArchRules;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {
  @Test
  void whatAllShareKeepsToTheRulesOfTheHouse() {
    ArchRules.check("dev.dragonfly.common");
  }
}
