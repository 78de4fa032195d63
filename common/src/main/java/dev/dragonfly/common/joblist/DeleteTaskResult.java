package dev.dragonfly.common.joblist;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.dragonfly.common.error.DragonflyException;
import java.util.List;

/** What became of a task on the hosts that held it. */
public record DeleteTaskResult(
    @JsonProperty("success_tasks") List<Success> successTasks,
    @JsonProperty("failure_tasks") List<Failure> failureTasks,
    @JsonProperty("scheduler_cluster_id") long schedulerClusterId) {

  @SuppressWarnings("NullAway") // Absent and null arrive as null and become nothing here.
  public DeleteTaskResult {
    successTasks = successTasks == null ? List.of() : List.copyOf(successTasks);
    failureTasks = failureTasks == null ? List.of() : List.copyOf(failureTasks);
  }

  /**
   * A host on which it is gone.
   *
   * @param hostType normal, super, strong or weak
   */
  public record Success(
      @JsonProperty("hostname") String hostname,
      @JsonProperty("ip") String ip,
      @JsonProperty("host_type") String hostType) {
    @SuppressWarnings("NullAway") // As above.
    public Success {
      hostname = hostname == null ? "" : hostname;
      ip = ip == null ? "" : ip;
      hostType = hostType == null ? "" : hostType;
    }
  }

  /** A host that still holds it, and why. */
  public record Failure(
      @JsonProperty("hostname") String hostname,
      @JsonProperty("ip") String ip,
      @JsonProperty("host_type") String hostType,
      @JsonProperty("description") String description) {
    @SuppressWarnings("NullAway") // As above.
    public Failure {
      hostname = hostname == null ? "" : hostname;
      ip = ip == null ? "" : ip;
      hostType = hostType == null ? "" : hostType;
      description = description == null ? "" : description;
    }
  }

  /**
   * Reads the answer of a {@link TaskState}.
   *
   * @throws DragonflyException INVALID_ARGUMENT
   */
  public static DeleteTaskResult read(String json) {
    return JobJson.read(json, DeleteTaskResult.class);
  }

  public String json() {
    return JobJson.write(this);
  }
}
