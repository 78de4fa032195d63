package dev.dragonfly.common.policy;

import dev.dragonfly.common.task.TaskKind;
import dev.dragonfly.common.task.TaskSpec;
import java.util.Optional;

/**
 * What somebody wants to do with a task.
 *
 * @param direction whether content comes or is given
 * @param kind the family of the task
 * @param url its source
 * @param application as the caller says
 * @param tag as the caller says
 * @param priority 0 to 6, as on the wire
 */
public record Intent(
    Direction direction,
    TaskKind kind,
    String url,
    Optional<String> application,
    Optional<String> tag,
    int priority) {
  /** Which way content goes. */
  public enum Direction {
    /** Content comes to this host. */
    DOWNLOAD,
    /** Somebody hands a content of his own to the cluster. */
    UPLOAD;

    /** Its name in a block list. */
    String word() {
      return this == DOWNLOAD ? "download" : "upload";
    }
  }

  /** The download of a task. */
  public static Intent download(TaskSpec spec, int priority) {
    return new Intent(
        Direction.DOWNLOAD, spec.kind(), spec.url(), spec.application(), spec.tag(), priority);
  }
}
