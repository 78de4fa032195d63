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
  /** How the proxies of our daemons name a manifest, whatever registry it comes from. */
  public static final String MANIFEST = "manifest ";

  private TaskIdentity() {}

  /**
   * What is asked for; its identity was computed again and is the one that is claimed.
   *
   * @throws dev.dragonfly.common.error.DragonflyException INVALID_ARGUMENT when the download has
   *     another id, a field that is not accepted or one that is malformed
   */
  public static TaskSpec check(TaskId claimed, Download download) {
    TaskSpec spec = TaskMapper.toSpec(download);
    Arguments.check(
        spec.kind() != TaskKind.STANDARD || spec.contentForId().isEmpty() || isManifest(spec),
        "download.content_for_calculating_task_id is accepted for a standard task only as '"
            + MANIFEST
            + "' and the digest of the download: it could name the content of any URL");
    TaskId computed =
        Arguments.parse(
            "download.url", spec, known -> TaskIdCalculator.taskId(known, revision(download)));
    Arguments.check(
        computed.equals(claimed),
        "task_id: the download has the id %s, got %s".formatted(computed, claimed));
    return spec;
  }

  /** What it names is checked by its digest, and no URL has such an id. */
  private static boolean isManifest(TaskSpec spec) {
    return spec.digest().isPresent()
        && spec.contentForId().equals(Optional.of(MANIFEST + spec.digest().get()));
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
