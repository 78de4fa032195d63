package dev.dragonfly.common.joblist;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.dragonfly.common.error.DragonflyException;
import java.time.Duration;

/** Which task is to be deleted. */
public record DeleteTaskArguments(
    @JsonProperty("task_id") String taskId,
    @JsonProperty("timeout") Duration timeout,
    @JsonProperty("group_uuid") String groupUuid,
    @JsonProperty("task_uuid") String taskUuid) {

  @SuppressWarnings("NullAway") // Absent and null arrive as null and become nothing here.
  public DeleteTaskArguments {
    taskId = taskId == null ? "" : taskId;
    timeout = timeout == null ? Duration.ZERO : timeout;
    groupUuid = groupUuid == null ? "" : groupUuid;
    taskUuid = taskUuid == null ? "" : taskUuid;
  }

  /**
   * Reads the argument of a {@link Signature}.
   *
   * @throws DragonflyException INVALID_ARGUMENT
   */
  public static DeleteTaskArguments read(String json) {
    return JobJson.read(json, DeleteTaskArguments.class);
  }

  public String json() {
    return JobJson.write(this);
  }
}
