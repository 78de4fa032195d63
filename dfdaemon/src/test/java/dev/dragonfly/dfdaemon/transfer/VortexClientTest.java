package dev.dragonfly.dfdaemon.transfer;

import static dev.dragonfly.dfdaemon.transfer.VortexFixture.TASK;
import static dev.dragonfly.dfdaemon.transfer.VortexFixture.assertCode;
import static dev.dragonfly.dfdaemon.transfer.VortexFixture.loopback;
import static dev.dragonfly.dfdaemon.transfer.VortexFixture.piece;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.error.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client makes of a peer that does not do what it should. */
@Timeout(60)
class VortexClientTest {
  @TempDir Path folder;

  @Test
  void aServerThatSaysNothingIsADeadlineExceeded() throws IOException {
    try (VortexFixture vortex = new VortexFixture(folder);
        ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertCode(
          () -> vortex.client.open(loopback(silent.getLocalPort()), TASK, 0),
          ErrorCode.DEADLINE_EXCEEDED);
    }
  }

  @ParameterizedTest
  @CsvSource({"false, DEADLINE_EXCEEDED", "true, UNAVAILABLE"})
  void aServerThatStallsOrBreaksOffInThePieceFails(boolean breaksOff, ErrorCode code)
      throws Exception {
    try (VortexFixture vortex = new VortexFixture(folder);
        FakePeer peer = new FakePeer(breaksOff);
        PieceResponse response = piece(vortex.client, peer.address(), TASK, 0)) {
      ByteBuffer target = ByteBuffer.allocate(100);
      assertThat(response.body().read(target)).isEqualTo(4);
      assertCode(() -> response.body().read(target), code);
    }
  }

  @Test
  void nobodyListeningIsUnavailable() {
    try (VortexFixture vortex = new VortexFixture(folder)) {
      vortex.server.close();
      assertCode(() -> vortex.client.open(vortex.address, TASK, 0), ErrorCode.UNAVAILABLE);
    }
  }

  /** Announces a piece, sends four bytes of it, then stalls or breaks off. */
  private static final class FakePeer implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final CompletableFuture<Socket> accepted;

    FakePeer(boolean breaksOff) throws IOException {
      accepted = CompletableFuture.supplyAsync(() -> answer(breaksOff));
    }

    InetSocketAddress address() {
      return loopback(socket.getLocalPort());
    }

    private Socket answer(boolean breaksOff) {
      try {
        Socket peer = socket.accept();
        peer.getInputStream().readNBytes(74);
        ByteBuffer out = ByteBuffer.allocate(6 + 49 + 4);
        out.put((byte) 0).put((byte) 1).putInt(49).putInt(45);
        out.putInt(0).putLong(0).putLong(1000).putInt(0).putInt(0);
        out.put((byte) 1).putLong(0).putLong(0).putInt(5);
        peer.getOutputStream().write(out.array());
        if (breaksOff) {
          peer.close();
        }
        return peer;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws Exception {
      accepted.get(5, TimeUnit.SECONDS).close();
      socket.close();
    }
  }
}
