package dev.dragonfly.common.wire;

import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.common.task.TaskKind;
import dev.dragonfly.common.task.TaskSpec;
import java.util.Optional;

/**
 * Whether a task that a peer names is the one that its download describes. Nobody may choose an id:
 * whoever could would put his bytes under the name of another URL.
 */
public final class TaskIdentity {
  private TaskIdentity() {}

  /**
   * What is asked for; its identity was computed again and is the one that is claimed.
   *
   * @throws dev.dragonfly.common.error.DragonflyException INVALID_ARGUMENT when the download has
   *     another id, a field that is not accepted or one that is malformed
   */
  public static TaskSpec check(TaskId claimed, Download download) {
    checkName(download);
    TaskSpec spec = TaskMapper.toSpec(download);
    TaskId computed =
        Arguments.parse(
            "download.url", spec, known -> TaskIdCalculator.taskId(known, revision(download)));
    Arguments.check(
        computed.equals(claimed),
        () -> "task_id: the download has the id %s, got %s".formatted(computed, claimed));
    return spec;
  }

  /**
   * The identity follows from what is read, and is not chosen by a caller of the network.
   *
   * @throws dev.dragonfly.common.error.DragonflyException INVALID_ARGUMENT when it is chosen
   */
  public static void checkName(Download download) {
    TaskSpec spec = TaskMapper.toSpec(download);
    Arguments.check(
        spec.kind() != TaskKind.STANDARD
            || spec.contentForId().isEmpty()
            || TaskIdCalculator.contentDigest(spec).isPresent(),
        () ->
            "download.content_for_calculating_task_id is accepted for a standard task only as 'manifest'"
                + " and its digest, which is compared: it could name the content of any URL");
  }

  /** Model hubs have revisions; upstream makes them part of the identity. */
  private static Optional<String> revision(Download download) {
    if (download.hasHuggingFace()) {
      return Optional.of(download.getHuggingFace().getRevision());
    }
    return download.hasModelScope()
        ? Optional.of(download.getModelScope().getRevision())
        : Optional.empty();
  }
}
