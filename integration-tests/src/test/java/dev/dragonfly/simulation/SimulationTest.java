package dev.dragonfly.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Nothing wrong is believed, nobody is blamed for being busy, everybody ends: in worlds by seed. As
 * many as {@code -Dsimulation.seeds=N} says; one alone, with all its events, by {@code
 * -Dsimulation.seed=N}.
 */
class SimulationTest {
  private static final Logger LOG = (Logger) LoggerFactory.getLogger("dev.dragonfly");
  private static Level usual = Level.INFO;

  @BeforeAll
  static void beQuiet() {
    usual = LOG.getLevel();
    LOG.setLevel(Level.OFF);
  }

  @AfterAll
  static void beLoud() {
    LOG.setLevel(usual);
  }

  @Test
  void everythingHoldsInAllWorlds() throws InterruptedException, ExecutionException {
    Long alone = Long.getLong("simulation.seed");
    if (alone != null) {
      Ledger ledger = run(alone, true);
      ledger.log().forEach(System.out::println);
      assertThat(ledger.violations()).isEmpty();
      return;
    }
    List<String> violations = new ArrayList<>();
    try (ExecutorService two = Executors.newFixedThreadPool(2)) {
      List<Future<List<String>>> worlds = new ArrayList<>();
      for (long seed = 1; seed <= Long.getLong("simulation.seeds", 200); seed++) {
        long number = seed;
        worlds.add(two.submit(() -> violationsOf(number)));
      }
      for (Future<List<String>> world : worlds) {
        violations.addAll(world.get());
      }
    }
    assertThat(violations).isEmpty();
  }

  /** The first of each world, with the seed that runs it alone. */
  private static List<String> violationsOf(long seed) {
    return run(seed, false).violations().stream()
        .limit(1)
        .map(first -> "-Dsimulation.seed=" + seed + ": " + first)
        .toList();
  }

  @SuppressWarnings("CatchAndPrintStackTrace") // A world that breaks is a finding like others.
  private static Ledger run(long seed, boolean keepsLog) {
    SimulatedWorld world = new SimulatedWorld(seed, keepsLog);
    try {
      world.run();
    } catch (RuntimeException e) {
      e.printStackTrace();
      world.ledger().violated("the world broke: " + e);
    }
    return world.ledger();
  }

  @Test
  void theSameSeedGivesTheSameEvents() {
    assertThat(run(42, true).log()).hasSizeGreaterThan(500).isEqualTo(run(42, true).log());
  }

  /** A few hosts had ranges; all others waited for each other and then read the source at once. */
  @Test
  void peersWithAPartEachDoNotAllReadTheSource() {
    assertThat(violationsOf(4)).isEmpty();
  }

  /** A forger came first: its unsigned pieces were taken while no reader was known. */
  @Test
  void nothingIsBelievedOfAForgerWhileNoReaderIsKnown() {
    assertThat(violationsOf(15)).isEmpty();
  }

  /** It sent a block that had been taken back too late, and what was asked for waited behind it. */
  @Test
  void aSlowHostThatSendsSomethingElseDoesNotStandStill() {
    assertThat(violationsOf(262)).isEmpty();
  }

  /** Its four blocks ended together, so it thought that it was fast and promised many more. */
  @Test
  void aSlowHostPromisesNoMoreThanItCanSend() {
    assertThat(violationsOf(306)).isEmpty();
  }
}
