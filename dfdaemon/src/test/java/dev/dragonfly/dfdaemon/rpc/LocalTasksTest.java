package dev.dragonfly.dfdaemon.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.dragonfly.api.dfdaemon.v2.DeleteLocalTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DeleteTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.ListLocalTasksRequest;
import dev.dragonfly.api.dfdaemon.v2.StatLocalTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.StatLocalTaskResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class LocalTasksTest {
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
  void aTaskIsDescribedByItsPieces() {
    fixture.store.add(fixture.task);
    long first = fixture.task.addPiece(1, fixture.content).createdAt().getEpochSecond();
    fixture.task.addPiece(3, fixture.content);
    StatLocalTaskResponse unfinished = stat();
    assertThat(unfinished.getContentLength()).isEqualTo(3500);
    assertThat(unfinished.getPieceLength()).isEqualTo(1000);
    assertThat(unfinished.getCreatedAt().getSeconds()).isEqualTo(first);
    assertThat(unfinished.getUpdatedAt().getSeconds()).isEqualTo(first + 1);
    assertThat(unfinished.hasFinishedAt()).isFalse();
    fixture.task.addPiece(0, fixture.content);
    fixture.task.addPiece(2, fixture.content);
    assertThat(stat().getFinishedAt().getSeconds()).isEqualTo(first + 3);
  }

  @Test
  void allTasksAreListed() {
    assertThat(list()).isZero();
    fixture.store.add(fixture.task);
    assertThat(list()).isEqualTo(1);
  }

  @Test
  void aTaskIsDeletedHereAndWhereAskedEverywhere() {
    fixture.store.add(fixture.task);
    fixture
        .blockingDownload()
        .deleteLocalTask(
            DeleteLocalTaskRequest.newBuilder().setTaskId(RpcFixture.ID.value()).build());
    assertThat(fixture.store.find(RpcFixture.ID)).isEmpty();
    assertThat(fixture.toldSchedulers).isEmpty();
    fixture.store.add(fixture.task);
    fixture.blockingDownload().deleteTask(delete());
    assertThat(fixture.store.find(RpcFixture.ID)).isEmpty();
    assertThat(fixture.toldSchedulers).containsExactly(RpcFixture.ID);
    fixture.store.add(fixture.task);
    fixture.blockingUpload().deleteTask(delete());
    assertThat(fixture.store.find(RpcFixture.ID)).isEmpty();
  }

  @Test
  void whatIsNotThereIsNotFound() {
    assertThat(code(this::stat)).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(code(() -> fixture.blockingUpload().deleteTask(delete())))
        .isEqualTo(Status.Code.NOT_FOUND);
  }

  @Test
  void anIdThatIsNoneIsTheCallersMistake() {
    StatLocalTaskRequest bad = StatLocalTaskRequest.newBuilder().setTaskId("x").build();
    assertThat(code(() -> fixture.blockingUpload().statLocalTask(bad)))
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(code(() -> fixture.blockingDownload().statLocalTask(bad)))
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  private StatLocalTaskResponse stat() {
    return fixture
        .blockingUpload()
        .statLocalTask(StatLocalTaskRequest.newBuilder().setTaskId(RpcFixture.ID.value()).build());
  }

  private int list() {
    return fixture
        .blockingDownload()
        .listLocalTasks(ListLocalTasksRequest.getDefaultInstance())
        .getTasksCount();
  }

  private static DeleteTaskRequest delete() {
    return DeleteTaskRequest.newBuilder().setTaskId(RpcFixture.ID.value()).build();
  }

  private static Status.Code code(ThrowingCallable call) {
    StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(failure).as("failure of the call").isNotNull();
    return failure.getStatus().getCode();
  }
}
