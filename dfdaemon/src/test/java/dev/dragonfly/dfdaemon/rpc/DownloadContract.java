package dev.dragonfly.dfdaemon.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.common.v2.Piece;
import dev.dragonfly.api.common.v2.Priority;
import dev.dragonfly.api.common.v2.Range;
import dev.dragonfly.api.common.v2.TrafficType;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskResponse;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskStartedResponse;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.wire.ErrorMapper;
import dev.dragonfly.dfdaemon.task.DownloadRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What every way to a download of this host keeps: what is told, what is refused, and who leaves.
 */
@Timeout(30)
abstract class DownloadContract {
  private static final String URL = "http://origin.test/file";

  @TempDir Path folder;
  @TempDir Path outputs;
  RpcFixture fixture;

  @BeforeEach
  void start() {
    fixture = new RpcFixture(folder);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  /**
   * Asks, and has all that is answered told.
   *
   * @return hangs up
   */
  abstract Runnable ask(DownloadTaskRequest request, RpcFixture.Answers<DownloadTaskResponse> to)
      throws Exception;

  @Test
  void theCallerHearsOfTheStartOfEachPieceAndOfTheEnd() throws Exception {
    fixture.task.addPiece(1, fixture.content);
    RpcFixture.Answers<DownloadTaskResponse> answers = download(plain());
    DownloadTaskResponse first = answers.next();
    assertThat(first.getTaskId()).isEqualTo(RpcFixture.ID.value());
    assertThat(first.getPeerId()).isEqualTo(FakeRunner.PEER.value());
    assertThat(first.getHostId()).isEqualTo("10.0.0.1-me");
    DownloadTaskStartedResponse started = first.getDownloadTaskStartedResponse();
    assertThat(started.getContentLength()).isEqualTo(3500);
    assertThat(started.getIsFinished()).isFalse();
    assertThat(started.getPiecesList()).hasSize(4);
    assertThat(piece(answers)).as("it was there before").isEqualTo("1 LOCAL_PEER");
    fixture.task.awaitListener();
    for (int number : new int[] {3, 0, 2}) {
      fixture.task.addPiece(number, fixture.content);
      assertThat(piece(answers)).isEqualTo(number + " BACK_TO_SOURCE");
    }
    fixture.runner.finish();
    answers.end().join();
    assertThat(answers.waiting()).isZero();
  }

  @Test
  void theOutputIsWrittenBeforeTheEndIsTold() throws Exception {
    complete();
    Path output = outputs.resolve("out");
    RpcFixture.Answers<DownloadTaskResponse> answers =
        download(plain().setOutputPath(output.toString()));
    answers.end().join();
    assertThat(output).hasBinaryContent(fixture.content);
  }

  @Test
  void anOutputThatExistsIsRefusedBeforeAnythingIsDownloaded() throws Exception {
    Path output = Files.writeString(outputs.resolve("out"), "mine");
    DragonflyException failure = failure(plain().setOutputPath(output.toString()));
    assertThat(failure.code()).isEqualTo(ErrorCode.ALREADY_EXISTS);
    assertThat(output).hasContent("mine");
    complete();
    download(plain().setOutputPath(output.toString()).setOverwrite(true)).end().join();
    assertThat(output).hasBinaryContent(fixture.content);
  }

  @Test
  void aRangeIsWrittenAlone() throws Exception {
    complete();
    Path output = outputs.resolve("out");
    RpcFixture.Answers<DownloadTaskResponse> answers =
        download(
            plain()
                .setOutputPath(output.toString())
                .setRange(Range.newBuilder().setStart(900).setLength(200)));
    assertThat(fixture.runner.request().range()).contains(new ByteRange(900, 200));
    DownloadTaskStartedResponse started = answers.next().getDownloadTaskStartedResponse();
    assertThat(started.getPiecesList()).hasSize(2);
    assertThat(started.getRange().getStart()).isEqualTo(900);
    answers.end().join();
    assertThat(output).hasBinaryContent(Arrays.copyOfRange(fixture.content, 900, 1100));
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-99, 0, 100",
    "bytes=3000-, 3000, 500",
    "bytes=-100, 3400, 100",
    "bytes=-9999, 0, 3500",
    "bytes=3400-9999, 3400, 100"
  })
  void aRangeHeaderIsTakenAsTheRangeAndNotSentToTheSource(String header, int start, int length)
      throws Exception {
    complete();
    Path output = outputs.resolve("out");
    download(
            plain()
                .setOutputPath(output.toString())
                .putRequestHeader("Range", header)
                .putRequestHeader("X-Other", "1"))
        .end()
        .join();
    assertThat(fixture.runner.request().spec().requestHeader()).containsOnlyKeys("X-Other");
    assertThat(output).hasBinaryContent(Arrays.copyOfRange(fixture.content, start, start + length));
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=-0",
    "bytes=9-3",
    "bytes=-",
    "items=0-1",
    "bytes=99999999999999999999-",
    "bytes=3500-"
  })
  void aRangeThatCannotBeServedIsSaid(String header) throws Exception {
    complete();
    assertThat(failure(plain().putRequestHeader("range", header)).code())
        .isEqualTo(ErrorCode.FAILED_PRECONDITION);
  }

  @Test
  void aRangeThatIsNoneIsTheCallersMistake() throws Exception {
    Range.Builder range = Range.newBuilder().setStart(-1).setLength(5);
    assertThat(failure(plain().setRange(range)).code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
  }

  @Test
  void whatTheCallerAskedForReachesTheRunner() throws Exception {
    complete();
    download(
            plain()
                .setPriority(Priority.LEVEL3)
                .setDisableBackToSource(true)
                .setTag("t")
                .setTimeout(com.google.protobuf.Duration.newBuilder().setSeconds(7)))
        .end()
        .join();
    DownloadRequest request = fixture.runner.request();
    assertThat(request.priority()).isEqualTo(3);
    assertThat(request.disableBackToSource()).isTrue();
    assertThat(request.needBackToSource()).isFalse();
    assertThat(request.spec().tag()).contains("t");
    assertThat(request.timeout()).contains(Duration.ofSeconds(7));
  }

  @Test
  void aFailureOfTheDownloadIsTheFailureOfTheCall() throws Exception {
    RpcFixture.Answers<DownloadTaskResponse> answers = download(plain());
    answers.next();
    fixture.runner.fail(ErrorCode.DIGEST_MISMATCH, "content is not what it should be");
    DragonflyException failure = failureOf(answers);
    assertThat(failure.code()).isEqualTo(ErrorCode.DIGEST_MISMATCH);
    assertThat(failure).hasMessageContaining("content is not what it should be");
  }

  @Test
  void aRunnerThatBreaksDoesNotLeaveTheCallOpen() throws Exception {
    fixture.runner.refusal = Optional.of(new IllegalStateException("broken"));
    assertThat(failure(plain()).code()).isEqualTo(ErrorCode.INTERNAL);
  }

  @Test
  void aUrlThatIsNoneIsTheCallersMistake() throws Exception {
    fixture.runner.refusal =
        Optional.of(new DragonflyException(ErrorCode.INVALID_ARGUMENT, "no URL"));
    assertThat(failure(plain().setUrl("no url")).code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
  }

  @Test
  void whoHangsUpLeavesTheDownload() throws Exception {
    RpcFixture.Answers<DownloadTaskResponse> answers = new RpcFixture.Answers<>();
    Runnable hangUp = ask(request(plain()), answers);
    answers.next();
    fixture.task.awaitListener();
    hangUp.run();
    assertThat(fixture.runner.awaitLeft()).isTrue();
    RpcFixture.await(() -> fixture.task.listenerCount() == 0);
  }

  private void complete() {
    for (int piece = 0; piece < 4; piece++) {
      fixture.task.addPiece(piece, fixture.content);
    }
    fixture.runner.finish();
  }

  static Download.Builder plain() {
    return Download.newBuilder().setUrl(URL);
  }

  static DownloadTaskRequest request(Download.Builder download) {
    return DownloadTaskRequest.newBuilder().setDownload(download).build();
  }

  private RpcFixture.Answers<DownloadTaskResponse> download(Download.Builder download)
      throws Exception {
    RpcFixture.Answers<DownloadTaskResponse> answers = new RpcFixture.Answers<>();
    ask(request(download), answers);
    return answers;
  }

  private static String piece(RpcFixture.Answers<DownloadTaskResponse> answers) throws Exception {
    Piece piece = answers.next().getDownloadPieceFinishedResponse().getPiece();
    TrafficType traffic = piece.getTrafficType();
    return piece.getNumber() + " " + traffic;
  }

  private DragonflyException failure(Download.Builder download) throws Exception {
    return failureOf(download(download));
  }

  private static DragonflyException failureOf(RpcFixture.Answers<?> answers) {
    ExecutionException failure =
        catchThrowableOfType(
            ExecutionException.class, () -> answers.end().get(10, TimeUnit.SECONDS));
    Throwable cause = failure == null ? null : failure.getCause();
    if (cause == null) {
      throw new AssertionError("the call did not fail");
    }
    return ErrorMapper.fromThrowable(cause);
  }
}
