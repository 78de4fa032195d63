package dev.dragonfly.dfdaemon.swarm.policy;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a block costs the picker of a download in the middle of its task: each of 16 neighbours has
 * half of the blocks, half of the blocks are wanted. See docs/benchmarks.md.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class BlockPickerBenchmark {
  private static final int NEIGHBOURS = 16;

  /** Of 128 MiB, and of 4 GiB in blocks of 256 KiB. */
  @Param({"512", "16384"})
  int blocks;

  private final SplittableRandom random = new SplittableRandom(1);
  private BlockPicker picker = new BlockPicker(random);
  private int neighbour;
  private int block;

  @Setup
  public void begin() {
    picker = new BlockPicker(random);
    for (int n = 0; n < NEIGHBOURS; n++) {
      picker.join(n);
    }
    for (int number = 0; number < blocks; number++) {
      for (int n = 0; n < NEIGHBOURS; n++) {
        if (random.nextBoolean()) {
          picker.has(n, number);
        }
      }
      if (random.nextBoolean()) {
        picker.want(number);
      }
    }
  }

  /** Only to choose. */
  @Benchmark
  public int pick() {
    neighbour = neighbour + 1 & NEIGHBOURS - 1;
    return picker.pick(neighbour);
  }

  /** Choosing, asking, and that it does not come. */
  @Benchmark
  public int pickAskAndGiveBack() {
    int chosen = pick();
    picker.unwant(chosen);
    picker.want(chosen);
    return chosen;
  }

  /** A neighbour says that it has a block, and that it has it no more. */
  @Benchmark
  public int hearAndForget() {
    neighbour = neighbour + 1 & NEIGHBOURS - 1;
    block = block + 1 < blocks ? block + 1 : 0;
    boolean had = picker.hasBlock(neighbour, block);
    if (had) {
      picker.hasNot(neighbour, block);
      picker.has(neighbour, block);
    } else {
      picker.has(neighbour, block);
      picker.hasNot(neighbour, block);
    }
    return picker.holders(block);
  }
}
