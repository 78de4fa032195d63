package dev.dragonfly.dfdaemon.rpc;

import dev.dragonfly.api.dfdaemon.v2.ListLocalTasksResponse;
import dev.dragonfly.api.dfdaemon.v2.StatLocalTaskResponse;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.wire.Arguments;
import dev.dragonfly.common.wire.PieceMapper;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import dev.dragonfly.dfdaemon.storage.TaskStore;
import java.time.Instant;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.Consumer;

/** What both services answer about the tasks of this host. Blocks; on virtual threads. */
final class LocalTasks {
  private final TaskStore store;
  private final Consumer<TaskId> tellSchedulers;

  /**
   * @param tellSchedulers says that this host has a task no longer; failures are its own business
   */
  LocalTasks(TaskStore store, Consumer<TaskId> tellSchedulers) {
    this.store = store;
    this.tellSchedulers = tellSchedulers;
  }

  StatLocalTaskResponse stat(String id) {
    return describe(find(id));
  }

  private StoredTask find(String id) {
    return store
        .find(Arguments.parse("task_id", id, TaskId::new))
        .orElseThrow(
            () -> new DragonflyException(ErrorCode.NOT_FOUND, "this host has no task " + id));
  }

  ListLocalTasksResponse list() {
    ListLocalTasksResponse.Builder list = ListLocalTasksResponse.newBuilder();
    store.all().forEach(task -> list.addTasks(describe(task)));
    return list.build();
  }

  /** Removes the task here, and where asked at the schedulers. */
  void delete(String id, boolean everywhere) {
    StoredTask task = find(id);
    store.delete(task.id());
    if (everywhere) {
      tellSchedulers.accept(task.id());
    }
  }

  private static StatLocalTaskResponse describe(StoredTask task) {
    StatLocalTaskResponse.Builder proto =
        StatLocalTaskResponse.newBuilder()
            .setTaskId(task.id().value())
            .putAllResponseHeader(task.facts().responseHeader());
    task.facts().pieceLength().ifPresent(proto::setPieceLength);
    task.facts().contentLength().ifPresent(proto::setContentLength);
    Optional<Instant> first = Optional.empty();
    Optional<Instant> last = Optional.empty();
    BitSet pieces = task.pieces().toBitSet();
    for (int n = pieces.nextSetBit(0); n >= 0; n = pieces.nextSetBit(n + 1)) {
      Optional<Instant> at = task.piece(n).map(Piece::createdAt);
      first = at.isPresent() && (first.isEmpty() || at.get().isBefore(first.get())) ? at : first;
      last = at.isPresent() && (last.isEmpty() || at.get().isAfter(last.get())) ? at : last;
    }
    first.ifPresent(at -> proto.setCreatedAt(PieceMapper.timestamp(at)));
    last.ifPresent(at -> proto.setUpdatedAt(PieceMapper.timestamp(at)));
    if (task.isComplete()) {
      last.ifPresent(at -> proto.setFinishedAt(PieceMapper.timestamp(at)));
    }
    return proto.build();
  }
}
