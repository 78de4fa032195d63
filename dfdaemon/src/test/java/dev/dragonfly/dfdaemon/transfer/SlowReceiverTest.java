package dev.dragonfly.dfdaemon.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.limit.Bandwidth;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.dfdaemon.app.DaemonDefaults;
import dev.dragonfly.dfdaemon.net.EventLoops;
import dev.dragonfly.dfdaemon.storage.MemoryTask;
import dev.dragonfly.dfdaemon.storage.MemoryTaskStore;
import dev.dragonfly.dfdaemon.transfer.TransferListener.Refusal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One slot, held by a receiver that takes nothing; the time is the test's. */
@Timeout(60)
class SlowReceiverTest {
  private static final TaskId TASK = new TaskId("ab".repeat(32));
  private static final int PIECE = 16 << 20;

  @TempDir Path folder;
  private final ManualTime time = new ManualTime();
  private final BlockingQueue<Refusal> refusals = new LinkedBlockingQueue<>();
  private final BlockingQueue<TaskId> begun = new LinkedBlockingQueue<>();
  private DiskExecutor disk;
  private EventLoops loops;
  private VortexServer server;

  @BeforeEach
  void start() {
    MemoryTaskStore store = new MemoryTaskStore(folder);
    store.add(MemoryTask.complete(TASK, PIECE, new byte[PIECE], folder));
    disk = new DiskExecutor(2, 64, "disk");
    loops = new EventLoops(2);
    server =
        new VortexServer(
            DaemonDefaults.parse("upload: {port: 0, slots: 1, stallTimeout: 60s}").upload(),
            loops,
            store,
            disk,
            Bandwidth.unlimited(),
            time,
            new TransferListener() {
              @Override
              public void uploadStarted(TaskId task, InetAddress to) {
                begun.add(task);
              }

              @Override
              public void uploadRefused(InetAddress from, Refusal why) {
                refusals.add(why);
              }
            });
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
    loops.close();
    disk.close();
  }

  @Test
  void givesItsSlotToTheOneWhoWaits() throws Exception {
    try (Socket slow = ask();
        Socket waiting = askAfter(slow)) {
      letTimePassUntilSomebodyIsRefused();
      assertThat(refusals.take()).isEqualTo(Refusal.SLOW_RECEIVER);
      assertThat(waiting.getInputStream().readAllBytes().length).isGreaterThan(PIECE);
    }
  }

  @Test
  void keepsItsSlotWhileNobodyWaits() throws Exception {
    try (Socket slow = ask()) {
      assertThat(begun.poll(10, TimeUnit.SECONDS)).isEqualTo(TASK);
      time.advance(Duration.ofSeconds(30));
      assertThat(slow.getInputStream().readAllBytes().length).isGreaterThan(PIECE);
      assertThat(refusals).isEmpty();
    }
  }

  private Socket askAfter(Socket first) throws Exception {
    assertThat(first.isConnected()).isTrue();
    assertThat(begun.poll(10, TimeUnit.SECONDS)).isEqualTo(TASK);
    return ask();
  }

  /** The server looks at a receiver twice a second; each look shall see two seconds pass. */
  private void letTimePassUntilSomebodyIsRefused() throws InterruptedException {
    for (int i = 0; i < 20 && refusals.isEmpty(); i++) {
      time.advance(Duration.ofSeconds(2));
      Refusal early = refusals.poll(600, TimeUnit.MILLISECONDS);
      if (early != null) {
        refusals.add(early);
      }
    }
    assertThat(refusals).isNotEmpty();
  }

  /** As a peer of upstream asks, with a small window. */
  private Socket ask() throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(16 << 10);
    socket.setSoTimeout(20_000);
    socket.connect(VortexFixture.loopback(server.port()));
    socket.getOutputStream().write(VortexFixture.request(TASK, 0));
    return socket;
  }
}
