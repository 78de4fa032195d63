package dev.dragonfly.dfdaemon.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.api.dfdaemon.v2.DownloadTaskResponse;
import dev.dragonfly.dfdaemon.task.DownloadRequest;
import io.grpc.Context;
import io.grpc.Status;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Downloads that others order. */
@Timeout(30)
class TriggeredDownloadsTest {
  @TempDir Path folder;
  @TempDir Path outputs;
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
  void aSeedGoesOnWhenItsTriggerHangsUp() throws Exception {
    Context.CancellableContext call = Context.current().withCancellation();
    RpcFixture.Answers<DownloadTaskResponse> answers = new RpcFixture.Answers<>();
    call.run(() ->
        fixture.upload.downloadTask(
            DownloadContract.request(DownloadContract.plain().setNeedBackToSource(true)), answers));
    answers.next();
    assertThat(fixture.runner.request().needBackToSource()).isTrue();
    call.cancel(null);
    SyncPiecesTest.assertStatus(answers, Status.Code.CANCELLED);
    assertThat(fixture.runner.wasLeft()).isFalse();
    fixture.runner.finish();
    assertThat(fixture.runner.awaitLeft()).isTrue();
  }

  @Test
  void aSeedThatHasEverythingAnswersAtOnceWithoutPieces() {
    complete();
    RpcFixture.Answers<DownloadTaskResponse> answers = new RpcFixture.Answers<>();
    fixture.upload.downloadTask(DownloadContract.request(DownloadContract.plain()), answers);
    answers.end().join();
    assertThat(answers.waiting()).isZero();
  }

  @Test
  void anOrdinaryDaemonTakesTheOrderOfAPreheatAndAsksItsSchedulerForParents() throws Exception {
    complete();
    RpcFixture.Answers<DownloadTaskResponse> answers = new RpcFixture.Answers<>();
    fixture.upload.downloadTask(
        DownloadContract.request(
            DownloadContract.plain().setDisableBackToSource(true).setOutputPath("/etc/passwd")),
        answers);
    answers.end().join();
    DownloadRequest request = fixture.runner.request();
    assertThat(request.needBackToSource()).isFalse();
    assertThat(request.disableBackToSource()).isTrue();
    assertThat(outputs)
        .as("nobody on the network chooses where files are written")
        .isEmptyDirectory();
  }

  @Test
  void aTriggerCannotChooseUnderWhichIdTheBytesOfItsUrlAreKept() throws Exception {
    RpcFixture.Answers<DownloadTaskResponse> answers = new RpcFixture.Answers<>();
    fixture.upload.downloadTask(
        DownloadContract.request(
            DownloadContract.plain()
                .setContentForCalculatingTaskId("https://other.test/fileSTANDARD")),
        answers);
    SyncPiecesTest.assertStatus(answers, Status.Code.INVALID_ARGUMENT);
    assertThat(fixture.runner.wasAsked()).isFalse();
  }

  private void complete() {
    for (int piece = 0; piece < 4; piece++) {
      fixture.task.addPiece(piece, fixture.content);
    }
    fixture.runner.finish();
  }
}
