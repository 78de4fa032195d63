package dev.dragonfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.cluster.Home;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A small swarm behind shaped links, by the command that people use. How fast it is depends on the
 * machine and is printed; what it moves is checked.
 */
@NeedsProgram(
    value = {"ip", "tc", "nsenter"},
    root = true)
class SwarmBenchIT {
  private static final int PEERS = 6;
  private static final long LENGTH = 32L << 20;

  /** Of the bytes that peers got. A machine that is slower than the links makes peers ask twice. */
  private static final double MOST_DUPLICATES = 1.0;

  private static final int LIMIT_SECONDS = 400;

  @TempDir private Path folder;

  @Test
  void everyPeerGetsTheRightBytesAndTheOriginSendsThemOnce() throws Exception {
    Path errors = folder.resolve("stderr");
    Path output = folder.resolve("stdout");
    Process bench =
        new ProcessBuilder(
                Home.find().script().toString(),
                "bench",
                "swarm",
                "--peers",
                Integer.toString(PEERS),
                "--rate",
                "50mbit",
                "--size",
                Long.toString(LENGTH),
                "--json")
            .redirectError(errors.toFile())
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(bench.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(bench.exitValue()).as(Files.readString(errors)).isZero();
      String line = Files.readAllLines(output).getLast();
      JsonNode figures = JsonMapper.builder().build().readTree(line);
      System.out.println("swarm: ratio " + figures.get("ratio") + ", " + line);
      assertThat(figures.get("origin_bytes").asLong()).isEqualTo(LENGTH);
      assertThat(figures.get("duplicate_bytes").asLong())
          .isLessThan((long) (MOST_DUPLICATES * PEERS * LENGTH));
      assertThat(Path.of("/dev/shm", "dfly-" + bench.pid())).doesNotExist();
      assertThat(Path.of("/run/netns", "dfly-" + bench.pid() + "-control")).doesNotExist();
    } finally {
      bench.destroy();
    }
  }
}
