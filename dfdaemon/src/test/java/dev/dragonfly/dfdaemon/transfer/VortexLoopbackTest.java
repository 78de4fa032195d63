package dev.dragonfly.dfdaemon.transfer;

import static dev.dragonfly.dfdaemon.transfer.VortexFixture.PIECE;
import static dev.dragonfly.dfdaemon.transfer.VortexFixture.TASK;
import static dev.dragonfly.dfdaemon.transfer.VortexFixture.assertCode;
import static dev.dragonfly.dfdaemon.transfer.VortexFixture.piece;
import static dev.dragonfly.dfdaemon.transfer.VortexFixture.readAll;
import static dev.dragonfly.dfdaemon.transfer.VortexFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.dfdaemon.storage.MemoryTask;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is there arrives whole, and what is not is told. */
@Timeout(60)
class VortexLoopbackTest {
  private static final TaskId OTHER = new TaskId("ef".repeat(32));

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everyPieceArrivesWhole(boolean epoll) {
    try (VortexFixture vortex = new VortexFixture(folder, epoll)) {
      for (int number = 0; number < 4; number++) {
        PieceResponse response = piece(vortex.client, vortex.address, TASK, number);
        assertThat(response.offset()).isEqualTo(number * PIECE);
        assertThat(response.digest()).isEqualTo(vortex.task.piece(number).orElseThrow().digest());
        assertThat(readAll(response)).isEqualTo(vortex.part(number));
      }
      vortex.awaitUseless();
      assertThat(vortex.events.sent.get()).isEqualTo(vortex.content.length);
    }
  }

  @Test
  void manyPiecesAtOnceArriveWhole() throws Exception {
    // So many slots that 64 are within what one address may hold: nobody waits for one.
    try (VortexFixture vortex =
            new VortexFixture(
                folder, "slots: 96, maxConnections: 100, pieceWait: 300ms, requestTimeout: 5s");
        ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<byte[]>> read = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        int number = i % 4;
        read.add(readers.submit(() -> readAll(piece(vortex.client, vortex.address, TASK, number))));
      }
      for (int i = 0; i < 64; i++) {
        assertThat(read.get(i).get(50, TimeUnit.SECONDS)).isEqualTo(vortex.part(i % 4));
      }
      vortex.awaitUseless();
      assertThat(vortex.events.sent.get()).isEqualTo(16L * vortex.content.length);
    }
  }

  @Test
  void aClientThatHalfClosesStillGetsItsPiece() throws IOException {
    try (VortexFixture vortex = new VortexFixture(folder);
        Socket socket = vortex.connect()) {
      socket.getOutputStream().write(request(TASK, 1));
      socket.shutdownOutput();
      byte[] answer = socket.getInputStream().readAllBytes();
      assertThat(Arrays.copyOfRange(answer, answer.length - (int) PIECE, answer.length))
          .isEqualTo(vortex.part(1));
    }
  }

  @Test
  void aRequestInSmallPartsIsUnderstood() throws IOException {
    try (VortexFixture vortex = new VortexFixture(folder);
        Socket socket = vortex.connect()) {
      socket.setTcpNoDelay(true);
      for (byte b : request(TASK, 3)) {
        socket.getOutputStream().write(b);
        socket.getOutputStream().flush();
      }
      assertThat(socket.getInputStream().readAllBytes().length).isGreaterThan(12345);
    }
  }

  @Test
  void aMissingPieceIsNotFound() {
    try (VortexFixture vortex = new VortexFixture(folder)) {
      TaskId longId = new TaskId("a".repeat(128));
      assertCode(() -> vortex.client.open(vortex.address, TASK, 99), ErrorCode.NOT_FOUND);
      assertCode(() -> vortex.client.open(vortex.address, OTHER, 0), ErrorCode.NOT_FOUND);
      assertCode(() -> vortex.client.open(vortex.address, longId, 0), ErrorCode.NOT_FOUND);
    }
  }

  @Test
  void aPieceInProgressIsWaitedFor() throws Exception {
    try (VortexFixture vortex =
        new VortexFixture(
            folder,
            "slots: 8, maxConnections: 8, pieceWait: 20s, requestTimeout: 20s",
            Duration.ofSeconds(140))) {
      MemoryTask growing = vortex.growing(OTHER);
      CompletableFuture<byte[]> read =
          CompletableFuture.supplyAsync(
              () -> readAll(piece(vortex.client, vortex.address, OTHER, 2)));
      growing.awaitListener();
      growing.addPiece(2, vortex.content);
      assertThat(read.get(10, TimeUnit.SECONDS)).isEqualTo(vortex.part(2));
    }
  }

  @Test
  void aPieceThatDoesNotComeIsNotFoundAfterTheWait() {
    try (VortexFixture vortex = new VortexFixture(folder)) {
      MemoryTask growing = vortex.growing(OTHER);
      assertCode(() -> vortex.client.open(vortex.address, OTHER, 2), ErrorCode.NOT_FOUND);
      assertThat(growing.listenerCount()).isZero();
    }
  }

  @Test
  void closingAPieceHalfWayFreesTheServer() throws Exception {
    try (VortexFixture vortex = new VortexFixture(folder)) {
      PieceResponse response = piece(vortex.client, vortex.address, TASK, 0);
      assertThat(response.body().read(ByteBuffer.allocate(10))).isEqualTo(10);
      response.body().close();
      assertCode(() -> response.body().read(ByteBuffer.allocate(10)), ErrorCode.CANCELLED);
      assertThat(vortex.events.ended.poll(20, TimeUnit.SECONDS)).isNotNull();
      vortex.awaitUseless();
    }
  }
}
