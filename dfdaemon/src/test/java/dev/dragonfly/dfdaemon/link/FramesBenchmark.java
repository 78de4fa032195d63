package dev.dragonfly.dfdaemon.link;

import io.netty.buffer.ByteBuf;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Frames of a session that are written and read for every block: what is had, what is asked for,
 * the head of a chunk. See docs/benchmarks.md.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FramesBenchmark {
  private static final int HANDLE = 7;

  /** Told block by block while a task is on its way. */
  private final BitSet one = BitSet.valueOf(new long[] {0, 0, 0, 0, 1L << 40});

  /** Half of 4 GiB in blocks of 256 KiB, told when a conversation begins. */
  private final BitSet half = new BitSet();

  private final int[] asks = {3, 11, 12, 500};
  private final ByteBuf haveOne = Frames.have(HANDLE, one).getFirst().skipBytes(Frames.HEADER + 4);
  private final ByteBuf request =
      Frames.numbers(Frames.REQUEST, HANDLE, asks).getFirst().skipBytes(Frames.HEADER + 4);
  private int sum;

  public FramesBenchmark() {
    for (int block = 0; block < 16 << 10; block += 2) {
      half.set(block);
    }
  }

  @Benchmark
  public ByteBuf writeHaveOfOneBlock() {
    return Frames.have(HANDLE, one).getFirst();
  }

  @Benchmark
  public BitSet readHaveOfOneBlock() {
    return Frames.have(haveOne.duplicate());
  }

  @Benchmark
  public ByteBuf writeHaveOfEightThousandBlocks() {
    return Frames.have(HANDLE, half).getFirst();
  }

  @Benchmark
  public ByteBuf writeRequestOfFour() {
    return Frames.numbers(Frames.REQUEST, HANDLE, asks).getFirst();
  }

  @Benchmark
  public int readRequestOfFour() {
    sum = 0;
    Frames.numbers(request.duplicate(), block -> sum += block);
    return sum;
  }

  @Benchmark
  public ByteBuf writeHeadOfChunk() {
    return Frames.chunkHead(HANDLE, 500, 0, 256 << 10);
  }
}
