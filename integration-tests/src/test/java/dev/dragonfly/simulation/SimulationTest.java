package dev.dragonfly.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Worlds by seed. One alone, with its events: {@code -Dsimulation.seed=N}. */
class SimulationTest {
  private static final int SEEDS = Integer.getInteger("simulation.seeds", 200);

  @Test
  void nothingWrongIsBelievedNobodyIsBlamedAndEverybodyEnds() throws Exception {
    ConcurrentLinkedQueue<String> broken = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<String> table = new ConcurrentLinkedQueue<>();
    List<Future<?>> running = new ArrayList<>();
    long start = System.nanoTime();
    try (ExecutorService two = Executors.newFixedThreadPool(2)) {
      LongStream.rangeClosed(1, SEEDS)
          .forEach(seed -> running.add(two.submit(() -> {
            SimulatedWorld world = new SimulatedWorld(seed, false);
            try {
              world.run();
            } catch (RuntimeException | Error e) {
              java.io.StringWriter w = new java.io.StringWriter();
              e.printStackTrace(new java.io.PrintWriter(w));
              world.ledger().violated("exception " + w);
            }
            table.add("%d peers=%d faulty=%s outage=%s flush=%s ended=%.1f origin=%.2f resched=%d msgs=%d busy=%d events=%d violations=%d".formatted(
                seed, world.plan().members().size(), world.plan().faulty(), world.plan().outage().isPresent(), world.plan().flush().isPresent(), world.ended().toMillis() / 1e3, world.originTimes(), world.ledger().mostReschedules(), world.ledger().mostMessages(), world.ledger().busyAnswers, world.ledger().events, world.ledger().violations().size()));
            if (!world.ledger().violations().isEmpty()) {
              broken.add("seed " + seed + ": " + world.ledger().violations().getFirst());
            }
          })));
      for (Future<?> one : running) {
        one.get();
      }
    }
    table.forEach(System.out::println);
    System.out.println("took " + (System.nanoTime() - start) / 1_000_000 + " ms");
    assertThat(broken).isEmpty();
  }

  @Test
  @EnabledIfSystemProperty(named = "simulation.seed", matches = "\\d+")
  void oneSeedAlone() {
    SimulatedWorld world = new SimulatedWorld(Long.getLong("simulation.seed"), true);
    world.run();
    world.ledger().log().forEach(System.out::println);
    assertThat(world.ledger().violations()).isEmpty();
  }
}
