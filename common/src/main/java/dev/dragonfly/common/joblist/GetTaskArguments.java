package dev.dragonfly.common.joblist;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.dragonfly.common.error.DragonflyException;
import java.time.Duration;

/**
 * Whose holders are asked for.
 *
 * @param concurrentPeerCount hosts asked at once
 */
public record GetTaskArguments(
    @JsonProperty("task_id") String taskId,
    @JsonProperty("timeout") Duration timeout,
    @JsonProperty("group_uuid") String groupUuid,
    @JsonProperty("task_uuid") String taskUuid,
    @JsonProperty("concurrent_peer_count") int concurrentPeerCount) {

  @SuppressWarnings("NullAway") // Absent and null arrive as null and become nothing here.
  public GetTaskArguments {
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
  public static GetTaskArguments read(String json) {
    return JobJson.read(json, GetTaskArguments.class);
  }

  public String json() {
    return JobJson.write(this);
  }
}
