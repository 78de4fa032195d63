package dev.dragonfly.dfdaemon.link;

import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.limit.Bandwidth;
import dev.dragonfly.common.piece.BlockDigests;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.dfdaemon.storage.BlockLease;
import dev.dragonfly.dfdaemon.storage.MemoryTask;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * One pair over loopback. Arguments: {@code give FOLDER MIB PIECE_MIB} gives until stdin ends and
 * prints its port and then its processor seconds; {@code take FOLDER PORT MIB PIECE_MIB GIB
 * none|sha256 WINDOW} takes blocks again and again.
 */
public final class LinkBench {
  private static final HostId GIVER = new HostId("10.0.0.1-giver");

  private LinkBench() {}

  public static void main(String[] args) throws Exception {
    if (args[0].equals("give")) {
      give(Path.of(args[1]), Integer.parseInt(args[2]), Long.parseLong(args[3]) << 20);
      return;
    }
    long piece = Long.parseLong(args[4]) << 20;
    int block = (int) Math.clamp(piece / 16, 256 << 10, 1 << 20);
    int blocks = (int) (((long) Integer.parseInt(args[3]) << 20) / block);
    Taker taker =
        new Taker(block, blocks, (Long.parseLong(args[5]) << 30) / block, args[6].equals("sha256"));
    take(Path.of(args[1]), Integer.parseInt(args[2]), taker, Integer.parseInt(args[7]));
  }

  private static void give(Path folder, int mebibytes, long piece) throws Exception {
    byte[] content = new byte[mebibytes << 20];
    new Random(1).nextBytes(content);
    MemoryTask task = MemoryTask.complete(LinkHost.TASK, piece, content, folder);
    try (LinkHost host = new LinkHost(GIVER.value(), folder)) {
      host.acceptor =
          (conversation, peer, state, facts) -> {
            conversation.open(host.peer(), TaskState.COMPLETE, TaskFacts.NONE);
            return new Giver(conversation, task);
          };
      System.out.println(host.server.port());
      double before = cpuSeconds();
      System.in.read();
      System.out.printf("giver cpu %.2f s%n", cpuSeconds() - before);
    }
  }

  private static void take(Path folder, int port, Taker taker, int window) throws Exception {
    try (LinkHost host =
        new LinkHost("10.0.0.2-taker", folder, "helloTimeout: 9s", 64, Bandwidth.unlimited())) {
      CompletableFuture<LinkOutcome> outcome = new CompletableFuture<>();
      host.links.connect(
          GIVER, new InetSocketAddress(InetAddress.getLoopbackAddress(), port), outcome::complete);
      if (!(outcome.get() instanceof LinkOutcome.Linked linked)) {
        throw new IllegalStateException(outcome.get().toString());
      }
      TaskLink conversation = linked.link().about(LinkHost.TASK, taker);
      taker.from.complete(conversation);
      conversation.open(host.peer(), TaskState.GROWING, TaskFacts.NONE);
      double cpu = cpuSeconds();
      long begun = System.nanoTime();
      taker.ask(window);
      taker.done.get();
      double seconds = (System.nanoTime() - begun) / 1e9;
      double gigabytes = (double) taker.total * taker.blockLength / 1e9;
      System.out.printf(
          "taken %.1f GB in %.2f s: %.2f GB/s, taker cpu %.3f s/GB%n",
          gigabytes, seconds, gigabytes / seconds, (cpuSeconds() - cpu) / gigabytes);
      taker.close();
    }
  }

  private static double cpuSeconds() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime()
        / 1e9;
  }

  private abstract static class Quiet implements TaskLinkListener {
    @Override
    public void opened(PeerId peer, TaskState state, TaskFacts facts) {}

    @Override
    public void told(TaskState state, TaskFacts facts) {}

    @Override
    public void has(BitSet blocks) {}

    @Override
    public void runs(List<SignedRun> runs) {}

    @Override
    public void requested(int block) {}

    @Override
    public void cancelled(int block, boolean wasQueued) {}

    @Override
    public void busy(int block, Duration retryAfter) {}

    @Override
    public void missing(int block) {}

    @Override
    public int expected(int block) {
      return -1;
    }

    @Override
    public void progressed(int block, int bytes) {}

    @Override
    public void arrived(int block, BlockLease bytes) {
      bytes.close();
    }

    @Override
    public void dropped(int block, int bytes) {}

    @Override
    public void given(int block, boolean whole) {}

    @Override
    public void closed(CloseReason reason, String why) {
      System.out.println("closed " + reason + " " + why);
    }
  }

  private static final class Giver extends Quiet {
    private final TaskLink to;
    private final MemoryTask task;

    Giver(TaskLink to, MemoryTask task) {
      this.to = to;
      this.task = task;
    }

    @Override
    public void requested(int block) {
      to.give(block, task);
    }
  }

  private static final class Taker extends Quiet implements AutoCloseable {
    final CompletableFuture<Void> done = new CompletableFuture<>();
    final int blockLength;
    final long total;
    private final int blocks;
    private final boolean verifies;
    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final CompletableFuture<TaskLink> from = new CompletableFuture<>();
    private long asked;
    private long taken;

    Taker(int blockLength, int blocks, long total, boolean verifies) {
      this.blockLength = blockLength;
      this.blocks = blocks;
      this.total = total;
      this.verifies = verifies;
    }

    synchronized void ask(int count) {
      for (int i = 0; i < count && asked < total; i++) {
        from.join().request((int) (asked++ % blocks));
      }
    }

    @Override
    public int expected(int block) {
      return blockLength;
    }

    @Override
    public void arrived(int block, BlockLease bytes) {
      if (verifies) {
        threads.execute(() -> {
          BlockDigests.of(bytes.buffer());
          finish(bytes);
        });
      } else {
        finish(bytes);
      }
    }

    private void finish(BlockLease bytes) {
      bytes.close();
      synchronized (this) {
        taken++;
      }
      ask(1);
      if (taken == total) {
        done.complete(null);
      }
    }

    @Override
    public void close() {
      threads.shutdown();
    }
  }
}
