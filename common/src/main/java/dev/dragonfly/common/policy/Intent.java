package dev.dragonfly.common.policy;

import dev.dragonfly.common.task.TaskKind;
import dev.dragonfly.common.task.TaskSpec;
import java.util.Optional;

/**
 * A task that somebody wants to download.
 *
 * @param kind the family of the task
 * @param url its source
 * @param application as the caller says
 * @param tag as the caller says
 * @param priority 0 to 6, as on the wire
 */
public record Intent(
    TaskKind kind, String url, Optional<String> application, Optional<String> tag, int priority) {
  /** The download of a task. */
  public static Intent download(TaskSpec spec, int priority) {
    return new Intent(spec.kind(), spec.url(), spec.application(), spec.tag(), priority);
  }
}
