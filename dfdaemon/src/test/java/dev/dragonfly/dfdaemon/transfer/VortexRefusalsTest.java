package dev.dragonfly.dfdaemon.transfer;

import static dev.dragonfly.dfdaemon.transfer.VortexFixture.TASK;
import static dev.dragonfly.dfdaemon.transfer.VortexFixture.assertCode;
import static dev.dragonfly.dfdaemon.transfer.VortexFixture.piece;
import static dev.dragonfly.dfdaemon.transfer.VortexFixture.readAll;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.error.ErrorCode;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whom the server refuses, and that the others are served all the same. */
@Timeout(60)
class VortexRefusalsTest {
  @TempDir Path folder;

  @Test
  void withoutAFreeSlotARequestIsToldAfterTheWaitWhenToComeBack() throws IOException {
    try (VortexFixture vortex =
            new VortexFixture(
                folder, "slots: 1, maxConnections: 100, pieceWait: 300ms, requestTimeout: 5s");
        Socket reader = vortex.slowReader()) {
      assertThat(reader.getInputStream().read()).isNotNegative();
      assertThat(vortex.client.open(vortex.address, TASK, 0)).isInstanceOf(PieceAnswer.Busy.class);
      assertThat(vortex.events.refusals).contains(TransferListener.Refusal.BUSY);
    }
  }

  @Test
  void moreConnectionsThanAllowedAreClosed() throws IOException {
    try (VortexFixture vortex =
            new VortexFixture(
                folder, "slots: 8, maxConnections: 1, pieceWait: 300ms, requestTimeout: 5s");
        Socket first = vortex.connect()) {
      assertThat(first.isConnected()).isTrue();
      assertCode(() -> vortex.client.open(vortex.address, TASK, 0), ErrorCode.UNAVAILABLE);
      assertThat(vortex.events.refusals).contains(TransferListener.Refusal.TOO_MANY_CONNECTIONS);
    }
  }

  @Test
  void garbageClosesTheConnectionAndOthersAreServed() {
    long seed = 7L;
    Random random = new Random(seed);
    try (VortexFixture vortex = new VortexFixture(folder)) {
      for (int i = 0; i < 50; i++) {
        byte[] garbage = new byte[1 + random.nextInt(4000)];
        random.nextBytes(garbage);
        garbage[0] = (byte) random.nextInt();
        try (Socket socket = vortex.connect()) {
          socket.getOutputStream().write(garbage);
          socket.shutdownOutput();
          socket.getInputStream().readAllBytes();
        } catch (IOException reset) {
          // the server may close while garbage is still unread
          assertThat(reset.getMessage()).as("seed %d", seed).doesNotContain("timed out");
        }
      }
      assertThat(readAll(piece(vortex.client, vortex.address, TASK, 0))).isEqualTo(vortex.part(0));
    }
  }

  @Test
  void aFrameOfTwoGibibytesIsRefusedAtOnce() throws Exception {
    try (VortexFixture vortex = new VortexFixture(folder);
        Socket socket = vortex.connect()) {
      socket.setSoTimeout(3_000); // less than a request may take
      socket.getOutputStream().write(new byte[] {1, 0, (byte) 0x80, 0, 0, 0});
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
      assertThat(vortex.events.refusals.poll(5, TimeUnit.SECONDS))
          .isEqualTo(TransferListener.Refusal.MALFORMED);
    }
  }

  @Test
  void aRequestThatDoesNotComeIsGivenUp() throws Exception {
    try (VortexFixture vortex =
            new VortexFixture(
                folder, "slots: 8, maxConnections: 100, pieceWait: 300ms, requestTimeout: 300ms");
        Socket socket = vortex.connect()) {
      socket.getOutputStream().write(new byte[] {1, 0, 0});
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
      assertThat(vortex.events.refusals.poll(5, TimeUnit.SECONDS))
          .isEqualTo(TransferListener.Refusal.SLOW_REQUEST);
    }
  }

  @Test
  void aReceiverThatStallsIsGivenUpAndTheTaskIsFree() throws Exception {
    try (VortexFixture vortex = new VortexFixture(folder);
        Socket reader = vortex.slowReader()) {
      assertThat(reader.getInputStream().read()).isNotNegative();
      assertThat(vortex.events.ended.poll(20, TimeUnit.SECONDS)).isFalse();
      vortex.awaitUseless();
    }
  }
}
