package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.task.TaskId;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * How long a short disk action waits beside long ones. Arguments: {@code FOLDER OUTPUTS MIB} writes
 * so many outputs of one task at the same time, beside actions that do nothing, and prints how long
 * those waited; then the same without outputs, which is what the machine adds.
 */
public final class DiskLanesBench {
  private static final long PIECE = 4L << 20;

  private DiskLanesBench() {}

  public static void main(String[] args) throws Exception {
    Path folder = Files.createDirectories(Path.of(args[0]));
    int outputs = Integer.parseInt(args[1]);
    byte[] block = new byte[(int) PIECE];
    MemoryTask task =
        MemoryTask.ofLength(
            new TaskId("ab".repeat(32)), PIECE, (long) Integer.parseInt(args[2]) << 20, folder);
    for (int piece = 0; piece < task.layout().orElseThrow().pieceCount(); piece++) {
      int first = Math.toIntExact(task.layout().orElseThrow().firstBlock(piece));
      for (int i = 0; i < task.layout().orElseThrow().blocksIn(piece); i++) {
        int length = task.layout().orElseThrow().blockLength();
        task.putFromSource(
            first + i, BlockLease.unpooled(ByteBuffer.wrap(block, 0, length).slice()));
      }
    }
    try (DiskExecutor disk = new DiskExecutor(4, 1024, "disk")) {
      measure(task, disk, folder, outputs);
    }
  }

  private static void measure(MemoryTask task, DiskExecutor disk, Path folder, int outputs) {
    OutputWriter writer = new OutputWriter(disk);
    CountDownLatch done = new CountDownLatch(outputs);
    AtomicInteger number = new AtomicInteger();
    for (int i = 0; i < outputs; i++) {
      Threads.virtual(
          "output",
          () -> {
            Path target = folder.resolve("out-" + number.incrementAndGet()).toAbsolutePath();
            writer.write(task, Optional.empty(), target, true, false);
            done.countDown();
          });
    }
    print(outputs + " outputs beside", call(disk, () -> done.getCount() > 0));
    long end = System.nanoTime() + 5_000_000_000L;
    print("nothing beside", call(disk, () -> System.nanoTime() < end));
  }

  /** Waits in nanoseconds, the longest first, then how many. */
  private record Waits(long worst, long slow, long count) {}

  private static Waits call(DiskExecutor disk, BooleanSupplier goOn) {
    long worst = 0;
    long slow = 0;
    long count = 0;
    while (goOn.getAsBoolean()) {
      long before = System.nanoTime();
      disk.call(() -> before);
      long wait = System.nanoTime() - before;
      worst = Math.max(worst, wait);
      slow += wait > 50_000_000 ? 1 : 0;
      count++;
    }
    return new Waits(worst, slow, count);
  }

  private static void print(String what, Waits waits) {
    System.out.printf(
        "%s: %d short actions, the longest took %.1f ms, %d more than 50 ms%n",
        what, waits.count, waits.worst / 1e6, waits.slow);
  }
}
