package dev.dragonfly.dfdaemon.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.config.DataSize;
import dev.dragonfly.common.limit.Bandwidth;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.dfdaemon.app.DaemonDefaults;
import dev.dragonfly.dfdaemon.net.EventLoops;
import dev.dragonfly.dfdaemon.storage.MemoryTask;
import dev.dragonfly.dfdaemon.storage.MemoryTaskStore;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** More children than a parent has room for, with our own client on the other side. */
@Timeout(120)
class ContendedUploadsTest {
  private static final TaskId TASK = new TaskId("ab".repeat(32));
  private static final int PIECE = 512 << 10;
  private static final int RATE = 2 << 20;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {8, 32})
  void everyByteArrivesNobodyIsToldOfAFailureAndNothingIsSentTwice(int children) throws Exception {
    byte[] content = new byte[PIECE];
    new Random(children).nextBytes(content);
    MemoryTaskStore store = new MemoryTaskStore(folder);
    store.add(MemoryTask.complete(TASK, PIECE, content, folder));
    Sent sent = new Sent(children);
    UploadConfig config =
        new UploadConfig(
            "127.0.0.1",
            0,
            new DataSize(RATE),
            128,
            Duration.ofMillis(50),
            Duration.ofSeconds(20),
            Duration.ofSeconds(2),
            4096,
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            new DataSize(64 << 10));
    assertThat(config.slotsUnderLimit()).isEqualTo(2);
    try (DiskExecutor disk = new DiskExecutor(2, 64, "disk");
        EventLoops loops = new EventLoops(2);
        VortexServer server =
            new VortexServer(
                config,
                loops,
                store,
                disk,
                Bandwidth.limited(RATE, SystemTime.INSTANCE),
                SystemTime.INSTANCE,
                sent);
        VortexClient client =
            new VortexClient(
                DaemonDefaults.CONFIG.download().peers(), loops, Bandwidth.unlimited());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      server.start();
      InetSocketAddress at = VortexFixture.loopback(server.port());
      List<Future<byte[]>> all = new ArrayList<>();
      for (int child = 0; child < children; child++) {
        all.add(threads.submit(() -> fetch(client, at)));
      }
      for (Future<byte[]> one : all) {
        assertThat(one.get(100, TimeUnit.SECONDS)).isEqualTo(content);
      }
    }
    assertThat(sent.ended.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(sent.bytes.get()).isEqualTo((long) children * PIECE);
    assertThat(sent.broken.get()).isZero();
  }

  /** Comes back when it was told to; anything but a piece or the word that it is busy throws. */
  private static byte[] fetch(VortexClient client, InetSocketAddress at)
      throws InterruptedException {
    while (true) {
      switch (client.open(at, TASK, 0)) {
        case PieceResponse response -> {
          return VortexFixture.readAll(response);
        }
        case PieceAnswer.Busy(Duration retryAfter) ->
            new CountDownLatch(1).await(retryAfter.toMillis(), TimeUnit.MILLISECONDS);
      }
    }
  }

  private static final class Sent implements TransferListener {
    final AtomicLong bytes = new AtomicLong();
    final AtomicInteger broken = new AtomicInteger();
    final CountDownLatch ended;

    Sent(int uploads) {
      ended = new CountDownLatch(uploads);
    }

    @Override
    public void bytesSent(TaskId task, InetAddress to, long more) {
      bytes.addAndGet(more);
    }

    @Override
    public void uploadEnded(TaskId task, InetAddress to, boolean whole) {
      if (!whole) {
        broken.incrementAndGet();
      }
      ended.countDown();
    }
  }
}
