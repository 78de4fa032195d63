package dev.dragonfly.dfdaemon.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.api.common.v2.Host;
import dev.dragonfly.api.dfdaemon.v2.SyncHostRequest;
import dev.dragonfly.api.dfdaemon.v2.SyncPiecesRequest;
import dev.dragonfly.api.dfdaemon.v2.SyncPiecesResponse;
import dev.dragonfly.common.piece.BlockDigests;
import dev.dragonfly.common.piece.RunSigner;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.SourceOrigin;
import dev.dragonfly.common.task.SourceVersion;
import io.grpc.Context;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class SyncPiecesTest {
  @TempDir Path folder;
  private RpcFixture fixture;

  @BeforeEach
  void start() {
    fixture = new RpcFixture(folder);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void aChildHearsOfThePiecesThatAreThereAndOfEachThatComes() throws Exception {
    fixture.store.add(fixture.task);
    fixture.task.addPiece(2, fixture.content);
    RpcFixture.Answers<SyncPiecesResponse> answers =
        sync(request().addAllInterestedPieceNumbers(List.of(0, 2)));
    SyncPiecesResponse first = answers.next();
    assertThat(first.getNumber()).isEqualTo(2);
    assertThat(first.getOffset()).isEqualTo(2 * RpcFixture.PIECE);
    assertThat(first.getLength()).isEqualTo(RpcFixture.PIECE);
    assertThat(first.getIp()).isEqualTo("10.0.0.1");
    assertThat(first.getTcpPort()).isEqualTo(4005);
    fixture.task.awaitListener();
    fixture.task.addPiece(1, fixture.content);
    fixture.task.addPiece(0, fixture.content);
    assertThat(answers.next().getNumber()).as("nobody asked for piece 1").isZero();
    answers.end().join();
    assertThat(fixture.task.listenerCount()).isZero();
  }

  @Test
  void whoAsksForAllIsToldTheFactsAndEveryPiece() throws Exception {
    fixture.store.add(fixture.task);
    fixture.task.addPiece(3, fixture.content);
    RpcFixture.Answers<SyncPiecesResponse> answers = sync(request().setAllPieces(true));
    SyncPiecesResponse facts = answers.next();
    assertThat(facts.getNoPiece()).isTrue();
    assertThat(facts.getFacts().getContentLength()).isEqualTo(fixture.content.length);
    assertThat(facts.getFacts().getPieceLength()).isEqualTo(RpcFixture.PIECE);
    fixture.task.awaitListener();
    List<Integer> told = new ArrayList<>(List.of(answers.next().getNumber()));
    for (int piece : new int[] {0, 2, 1}) {
      fixture.task.addPiece(piece, fixture.content);
      told.add(answers.next().getNumber());
    }
    assertThat(told).containsExactly(3, 0, 2, 1);
    answers.end().join();
  }

  @Test
  void whenNothingMoreComesToThisHostOursIsToldSoAndUpstreamIsLeftWaiting() throws Exception {
    fixture.store.add(fixture.task);
    fixture.task.addPiece(3, fixture.content);
    RpcFixture.Answers<SyncPiecesResponse> ours = sync(request().setAllPieces(true));
    RpcFixture.Answers<SyncPiecesResponse> upstream =
        sync(request().addInterestedPieceNumbers(0).addInterestedPieceNumbers(3));
    assertThat(ours.next().getNoPiece()).isTrue();
    assertThat(ours.next().getNumber()).isEqualTo(3);
    assertThat(upstream.next().getNumber()).isEqualTo(3);

    fixture.runner.isIdle();

    ours.end().join();
    fixture.task.addPiece(0, fixture.content);
    assertThat(upstream.next().getNumber()).isZero();
  }

  @Test
  void signedDigestsComeWithThePieceWhereTheyAreWanted() throws Exception {
    fixture.store.add(fixture.task);
    fixture.task.addPiece(0, fixture.content);
    byte[] digest = BlockDigests.of(ByteBuffer.wrap(fixture.content, 0, RpcFixture.PIECE));
    SignedRun run =
        RunSigner.create()
            .sign(
                RpcFixture.ID,
                SourceVersion.NONE,
                SourceOrigin.NONE,
                RpcFixture.PIECE,
                0,
                digest,
                OptionalLong.empty());
    fixture.task.addRun(run);
    SyncPiecesRequest.Builder plain = request().addInterestedPieceNumbers(0);
    assertThat(sync(plain).next().getRunsList()).isEmpty();
    RpcFixture.Answers<SyncPiecesResponse> answers = sync(plain.setWantRuns(true));
    assertThat(answers.next().getNoPiece()).isTrue();
    assertThat(answers.next().getRunsList())
        .singleElement()
        .satisfies(proto -> assertThat(proto.getDigests().toByteArray()).isEqualTo(digest));
  }

  @Test
  void aTaskThatIsDeletedEndsTheStream() throws Exception {
    fixture.store.add(fixture.task);
    RpcFixture.Answers<SyncPiecesResponse> answers = sync(request().addInterestedPieceNumbers(0));
    fixture.task.awaitListener();
    fixture.task.delete();
    assertStatus(answers, Status.Code.NOT_FOUND);
  }

  @Test
  void aTaskThatComesAMomentLaterIsWaitedFor() throws Exception {
    fixture.task.addPiece(0, fixture.content);
    RpcFixture.Answers<SyncPiecesResponse> answers = sync(request().addInterestedPieceNumbers(0));
    RpcFixture.await(() -> fixture.timers.pendingTimers() == 1);
    fixture.store.add(fixture.task);
    assertThat(answers.next().getNumber()).isZero();
  }

  @Test
  void aTaskThatNeverComesIsNotFoundAfterFiveSeconds() throws Exception {
    RpcFixture.Answers<SyncPiecesResponse> answers = sync(request().addInterestedPieceNumbers(0));
    RpcFixture.await(() -> fixture.timers.pendingTimers() == 1);
    fixture.timers.advance(Duration.ofMillis(4999));
    assertThat(fixture.timers.pendingTimers()).isEqualTo(1);
    fixture.timers.advance(Duration.ofMillis(1));
    assertStatus(answers, Status.Code.NOT_FOUND);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no id", "../../etc/passwd"})
  void anIdThatIsNoneIsTheCallersMistake(String id) {
    assertStatus(sync(request().setTaskId(id)), Status.Code.INVALID_ARGUMENT);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1 << 20, Integer.MAX_VALUE})
  void aPieceThatNoTaskHasIsTheCallersMistake(int piece) {
    assertStatus(sync(request().addInterestedPieceNumbers(piece)), Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void aChildThatLeavesIsForgotten() throws Exception {
    fixture.store.add(fixture.task);
    Context.CancellableContext call = Context.current().withCancellation();
    RpcFixture.Answers<SyncPiecesResponse> answers = new RpcFixture.Answers<>();
    call.run(
        () -> fixture.upload.syncPieces(request().addInterestedPieceNumbers(0).build(), answers));
    fixture.task.awaitListener();
    call.cancel(null);
    assertStatus(answers, Status.Code.CANCELLED);
    RpcFixture.await(() -> fixture.task.listenerCount() == 0);
  }

  @Test
  void theLoadOfTheHostIsToldEverySecondUntilTheCallerLeaves() throws Exception {
    Context.CancellableContext call = Context.current().withCancellation();
    RpcFixture.Answers<Host> answers = new RpcFixture.Answers<>();
    call.run(() -> fixture.upload.syncHost(SyncHostRequest.getDefaultInstance(), answers));
    assertThat(answers.next().getNetwork().getIdc()).isEqualTo("idc-1");
    fixture.timers.advance(Duration.ofSeconds(1));
    assertThat(answers.next().getNetwork().getLocation()).isEqualTo("a|b");
    call.cancel(null);
    RpcFixture.await(() -> fixture.timers.pendingTimers() == 0);
  }

  private static SyncPiecesRequest.Builder request() {
    return SyncPiecesRequest.newBuilder()
        .setHostId("10.0.0.2-child")
        .setTaskId(RpcFixture.ID.value());
  }

  private RpcFixture.Answers<SyncPiecesResponse> sync(SyncPiecesRequest.Builder request) {
    RpcFixture.Answers<SyncPiecesResponse> answers = new RpcFixture.Answers<>();
    fixture.upload.syncPieces(request.build(), answers);
    return answers;
  }

  static void assertStatus(RpcFixture.Answers<?> answers, Status.Code code) {
    assertThatThrownBy(() -> answers.end().join())
        .rootCause()
        .satisfies(e -> assertThat(Status.fromThrowable(e).getCode()).isEqualTo(code));
  }
}
