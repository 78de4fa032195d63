package dev.dragonfly.dfdaemon.transfer;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.limit.Bandwidth;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.dfdaemon.app.DaemonDefaults;
import dev.dragonfly.dfdaemon.net.EventLoops;
import dev.dragonfly.dfdaemon.storage.MemoryTask;
import dev.dragonfly.dfdaemon.storage.MemoryTaskStore;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * One pair over loopback. Arguments: {@code server FOLDER MIB} serves until stdin ends and prints
 * its port and then its processor seconds; {@code client PORT MIB READERS none|sha256|write} reads
 * all pieces again and again for ten seconds.
 */
public final class TransferBench {
  private static final TaskId TASK = new TaskId("ab".repeat(32));
  private static final long PIECE = 4L << 20;

  private TransferBench() {}

  public static void main(String[] args) throws Exception {
    if (args[0].equals("server")) {
      serve(Path.of(args[1]), Integer.parseInt(args[2]));
      return;
    }
    read(Integer.parseInt(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]), args[4]);
  }

  private static void serve(Path folder, int mebibytes) throws IOException {
    byte[] content = new byte[mebibytes << 20];
    new Random(1).nextBytes(content);
    MemoryTaskStore store = new MemoryTaskStore(folder);
    store.add(MemoryTask.complete(TASK, PIECE, content, folder));
    try (DiskExecutor disk = new DiskExecutor(4, 256, "disk");
        EventLoops loops = new EventLoops(2);
        VortexServer server =
            new VortexServer(
                DaemonDefaults.parse("upload: {port: 0}").upload(),
                loops,
                store,
                disk,
                Bandwidth.unlimited(),
                SystemTime.INSTANCE,
                TransferListener.NONE)) {
      server.start();
      System.out.println(server.port());
      double before = cpuSeconds();
      System.in.read();
      System.out.printf("server cpu %.2f s%n", cpuSeconds() - before);
    }
  }

  private static void read(int port, int mebibytes, int readers, String mode) throws Exception {
    InetSocketAddress peer = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    int pieces = (int) (((long) mebibytes << 20) / PIECE);
    Path out = Files.createTempFile("bench", ".out");
    try (EventLoops loops = new EventLoops(2);
        VortexClient client =
            new VortexClient(
                DaemonDefaults.CONFIG.download().peers(), loops, Bandwidth.unlimited());
        FileChannel file = FileChannel.open(out, StandardOpenOption.WRITE);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < 3; round++) {
        double cpu = cpuSeconds();
        long start = System.nanoTime();
        List<Future<Long>> all = new ArrayList<>();
        for (int reader = 0; reader < readers; reader++) {
          int first = reader;
          all.add(
              threads.submit(() -> {
                long bytes = 0;
                ByteBuffer block = ByteBuffer.allocateDirect(256 << 10);
                for (int i = first; System.nanoTime() - start < 6_000_000_000L; i += readers) {
                  bytes +=
                      fetch(VortexFixture.piece(client, peer, TASK, i % pieces), block, mode, file);
                }
                return bytes;
              }));
        }
        long bytes = 0;
        for (Future<Long> one : all) {
          bytes += one.get();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
            "%s readers=%d %.2f GB/s, client cpu %.3f s/GB, %.1f GB%n",
            mode,
            readers,
            bytes / 1e9 / seconds,
            (cpuSeconds() - cpu) / (bytes / 1e9),
            bytes / 1e9);
      }
    } finally {
      Files.delete(out);
    }
  }

  private static long fetch(PieceResponse piece, ByteBuffer block, String mode, FileChannel file)
      throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    long at = piece.offset();
    try (var body = piece.body()) {
      while (true) {
        block.clear();
        boolean end = false;
        while (block.hasRemaining() && !end) {
          end = body.read(block) < 0;
        }
        block.flip();
        if (!mode.equals("none")) {
          digest.update(block.duplicate());
        }
        if (mode.equals("write")) {
          at += file.write(block, at);
        }
        if (end) {
          return piece.length();
        }
      }
    }
  }

  private static double cpuSeconds() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime()
        / 1e9;
  }
}
