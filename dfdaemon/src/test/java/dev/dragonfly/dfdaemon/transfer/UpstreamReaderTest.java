package dev.dragonfly.dfdaemon.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.limit.Bandwidth;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.dfdaemon.app.DaemonDefaults;
import dev.dragonfly.dfdaemon.net.EventLoops;
import dev.dragonfly.dfdaemon.storage.MemoryTask;
import dev.dragonfly.dfdaemon.storage.MemoryTaskStore;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Peers that treat a connection as upstream's do: a small window, so that they read slowly, and
 * behind the metadata they end their side, send one more packet, or keep their side open. {@code
 * -Dpieces=100} for the long run.
 */
@Timeout(120)
class UpstreamReaderTest {
  private static final TaskId TASK = new TaskId("ab".repeat(32));
  private static final int PIECE = 4 << 20;
  private static final int KINDS = 4;
  private static final int PIECES = Integer.getInteger("pieces", 8);
  private static final int WINDOW = 16 << 10;
  private static final int READERS = 3;

  @TempDir Path folder;
  private final byte[] content = new byte[KINDS * PIECE];
  private MemoryTaskStore store;

  /** What a peer does when it has the metadata. */
  enum Then {
    ENDS_ITS_SIDE,
    SENDS_ONE_MORE_PACKET,
    SENDS_ONE_MORE_AND_ENDS,
    KEEPS_ITS_SIDE_OPEN
  }

  @BeforeEach
  void fill() {
    new Random(1).nextBytes(content);
    store = new MemoryTaskStore(folder);
    store.add(MemoryTask.complete(TASK, PIECE, content, folder));
  }

  @ParameterizedTest
  @CsvSource({
    "true, ENDS_ITS_SIDE",
    "true, SENDS_ONE_MORE_PACKET",
    "true, SENDS_ONE_MORE_AND_ENDS",
    "true, KEEPS_ITS_SIDE_OPEN",
    "false, ENDS_ITS_SIDE",
    "false, SENDS_ONE_MORE_PACKET"
  })
  void everyPieceArrivesWhole(boolean epoll, Then then) throws Exception {
    try (DiskExecutor disk = new DiskExecutor(4, 64, "disk");
        EventLoops loops = new EventLoops(2, epoll);
        VortexServer server =
            new VortexServer(
                DaemonDefaults.parse("upload: {port: 0}").upload(),
                loops,
                store,
                disk,
                Bandwidth.unlimited(),
                SystemTime.INSTANCE,
                TransferListener.NONE);
        ExecutorService readers = Executors.newFixedThreadPool(READERS)) {
      server.start();
      List<Future<?>> reading = new ArrayList<>();
      for (int reader = 0; reader < READERS; reader++) {
        reading.add(
            readers.submit(() -> {
              for (int piece = 0; piece < PIECES; piece++) {
                read(server.port(), piece % KINDS, then);
              }
              return null;
            }));
      }
      for (Future<?> reader : reading) {
        reader.get(100, TimeUnit.SECONDS);
      }
    }
  }

  private void read(int port, int piece, Then then) throws IOException {
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(WINDOW);
      socket.setSoTimeout(20_000);
      socket.connect(VortexFixture.loopback(port));
      socket.getOutputStream().write(VortexFixture.request(TASK, piece));
      DataInputStream in = new DataInputStream(socket.getInputStream());
      in.readShort();
      in.readNBytes(in.readInt());
      if (then == Then.SENDS_ONE_MORE_PACKET || then == Then.SENDS_ONE_MORE_AND_ENDS) {
        socket.getOutputStream().write(VortexFixture.request(TASK, piece));
      }
      if (then == Then.ENDS_ITS_SIDE || then == Then.SENDS_ONE_MORE_AND_ENDS) {
        socket.shutdownOutput();
      }
      byte[] bytes = in.readNBytes(PIECE);
      assertThat(bytes.length).as("bytes of piece %d", piece).isEqualTo(PIECE);
      assertThat(ByteBuffer.wrap(bytes)).isEqualTo(ByteBuffer.wrap(content, piece * PIECE, PIECE));
      assertThat(in.read()).as("what follows the piece").isEqualTo(-1);
    }
  }
}
