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

/**
 * How long a short disk action waits beside long ones. Arguments: {@code FOLDER OUTPUTS MIB} writes
 * so many outputs of one task at the same time, in a loop with actions that do nothing, and prints
 * the longest wait of one.
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

  private static void measure(MemoryTask task, DiskExecutor disk, Path folder, int outputs)
      throws InterruptedException {
    OutputWriter writer = new OutputWriter(disk);
    CountDownLatch done = new CountDownLatch(outputs);
    AtomicInteger number = new AtomicInteger();
    long start = System.nanoTime();
    for (int i = 0; i < outputs; i++) {
      Threads.virtual(
          "output",
          () -> {
            Path target = folder.resolve("out-" + number.incrementAndGet()).toAbsolutePath();
            writer.write(task, Optional.empty(), target, true, false);
            done.countDown();
          });
    }
    long worst = 0;
    long count = 0;
    while (done.getCount() > 0) {
      long before = System.nanoTime();
      disk.call(() -> done.getCount());
      worst = Math.max(worst, System.nanoTime() - before);
      count++;
    }
    System.out.printf(
        "%d outputs in %d ms; %d short actions beside them, the longest took %.1f ms%n",
        outputs, (System.nanoTime() - start) / 1_000_000, count, worst / 1e6);
  }
}
