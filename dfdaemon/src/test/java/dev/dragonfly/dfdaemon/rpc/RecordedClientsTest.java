package dev.dragonfly.dfdaemon.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.api.dfdaemon.v2.DownloadTaskResponse;
import dev.dragonfly.api.dfdaemon.v2.SyncPiecesResponse;
import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.grpc.GrpcServers;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.net.Cidr;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.common.testing.Replay;
import dev.dragonfly.common.testing.Replay.Event;
import dev.dragonfly.common.testing.Replay.Kind;
import dev.dragonfly.dfdaemon.dynconfig.FakeSchedulers;
import dev.dragonfly.dfdaemon.storage.MemoryTask;
import dev.dragonfly.dfdaemon.storage.MemoryTaskStore;
import dev.dragonfly.dfdaemon.storage.OutputWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real upstream peer and a real upstream scheduler sent to a daemon is understood. */
class RecordedClientsTest {
  private static final TaskId TASK =
      new TaskId("59f1001d0e35534633fbb56cb0fd891e7024d6b776265a52b7bd864339015071");
  private static final int PIECE = 4 << 20;
  private static final int LENGTH = 9 << 20;

  /** The deadline of the client, 10000000u and 01000000u, as HPACK writes it. */
  private static final String TEN_SECONDS = "860800000000b7";

  private static final String ONE_SECOND = "860040000000b7";

  private final DiskExecutor disk = new DiskExecutor(2, 64, "test-disk");
  private GrpcServers.Running server;
  private FakeRunner runner;
  private MemoryTaskStore store;

  @TempDir private Path folder;

  @BeforeEach
  void start() {
    MemoryTask task = MemoryTask.complete(TASK, PIECE, new byte[LENGTH], folder);
    store = new MemoryTaskStore(folder);
    store.add(task);
    runner = new FakeRunner(task);
    RpcContext context =
        new RpcContext(
            new HostId("10.0.0.1-me"),
            RpcFixture::host,
            runner,
            store,
            new OutputWriter(disk),
            new ManualTime(),
            deleted -> {});
    server =
        RpcFixture.serve(
            new UploadService(
                    context,
                    RpcFixture.DATA,
                    new TriggerGuard(
                        new FakeSchedulers(), List.of(Cidr.parse("127.0.0.0/8")), new ManualTime()))
                .guarded());
  }

  @AfterEach
  void stop() {
    server.close();
    disk.close();
  }

  @Test
  void aParentTellsItsThreePieces() throws Exception {
    List<Event> events = replay("sync-pieces");

    List<SyncPiecesResponse> pieces = messages(events, SyncPiecesResponse::parseFrom);
    assertThat(pieces).extracting(SyncPiecesResponse::getNumber).containsExactly(0, 1, 2);
    assertThat(pieces)
        .extracting(SyncPiecesResponse::getOffset)
        .containsExactly(0L, (long) PIECE, 2L * PIECE);
    assertThat(pieces)
        .extracting(SyncPiecesResponse::getLength)
        .containsExactly((long) PIECE, (long) PIECE, (long) LENGTH - 2 * PIECE);
    assertThat(pieces)
        .allSatisfy(piece -> {
          assertThat(piece.getIp()).isEqualTo("10.0.0.1");
          assertThat(piece.getTcpPort()).isEqualTo(4005);
        });
  }

  /** The client sends a deadline of 10 s with a stream that it wants for as long as it takes. */
  @Test
  void theStreamOfPiecesOutlivesTheDeadlineThatTheClientSends() throws Exception {
    MemoryTask growing = MemoryTask.ofLength(TASK, PIECE, LENGTH, folder);
    store.add(growing);
    try (Replay replay =
        recording("sync-pieces").instead(TEN_SECONDS, ONE_SECOND).until("S HEADERS 1")) {
      replay.play();
      replay.assertSilent(1, Duration.ofSeconds(3));

      for (int piece = 0; piece < 3; piece++) {
        growing.addPiece(piece, new byte[LENGTH]);
      }

      replay.await(Kind.MESSAGE, 1, 3);
      replay.await(Kind.TRAILERS, 1, 1);
    }
  }

  @Test
  void headersOfAListenerComeBeforeThereIsAnythingToTell() throws Exception {
    List<Event> events = replay("sync-host");

    assertThat(events).extracting(Event::kind).contains(Kind.HEADERS);
  }

  @Test
  void aTriggeredSeedTellsTheTaskAndItsPieces() throws Exception {
    try (Replay replay = recording("seed-trigger").until("S MESSAGE 1")) {
      List<DownloadTaskResponse> answers = messages(replay.play(), DownloadTaskResponse::parseFrom);
      runner.finish();
      replay.await(Kind.TRAILERS, 1, 1);

      assertThat(runner.request().spec().url()).isEqualTo("http://10.231.0.10:8080/f.bin");
      assertThat(answers).allMatch(answer -> answer.getTaskId().equals(TASK.value()));
      assertThat(answers.getFirst().getDownloadTaskStartedResponse().getContentLength())
          .isEqualTo(LENGTH);
      assertThat(answers.subList(1, answers.size()))
          .extracting(answer -> answer.getDownloadPieceFinishedResponse().getPiece().getNumber())
          .containsExactlyInAnyOrder(0, 1, 2);
    }
  }

  private List<Event> replay(String name) throws Exception {
    try (Replay replay = recording(name)) {
      return replay.play();
    }
  }

  private Replay recording(String name) {
    return new Replay(RecordedClientsTest.class, "recorded/" + name + ".txt", server.port());
  }

  /** Reads one kind of message. */
  @FunctionalInterface
  private interface Parser<T> {
    T parse(byte[] bytes) throws Exception;
  }

  private static <T> List<T> messages(List<Event> events, Parser<T> parser) throws Exception {
    List<T> parsed = new ArrayList<>();
    for (Event event : events) {
      if (event.kind() == Kind.MESSAGE) {
        parsed.add(parser.parse(event.content()));
      }
    }
    return parsed;
  }
}
