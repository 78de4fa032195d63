package dev.dragonfly.common.joblist;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.dragonfly.common.error.DragonflyException;
import java.util.List;

/** What became of a preheat. */
public record PreheatResult(
    @JsonProperty("success_tasks") List<Success> successTasks,
    @JsonProperty("failure_tasks") List<Failure> failureTasks,
    @JsonProperty("scheduler_cluster_id") long schedulerClusterId) {

  @SuppressWarnings("NullAway") // Absent and null arrive as null and become nothing here.
  public PreheatResult {
    successTasks = successTasks == null ? List.of() : List.copyOf(successTasks);
    failureTasks = failureTasks == null ? List.of() : List.copyOf(failureTasks);
  }

  /** A host that holds a content. */
  public record Success(
      @JsonProperty("url") String url,
      @JsonProperty("hostname") String hostname,
      @JsonProperty("ip") String ip) {
    @SuppressWarnings("NullAway") // As above.
    public Success {
      url = url == null ? "" : url;
      hostname = hostname == null ? "" : hostname;
      ip = ip == null ? "" : ip;
    }
  }

  /** A host that does not, and why. */
  public record Failure(
      @JsonProperty("url") String url,
      @JsonProperty("hostname") String hostname,
      @JsonProperty("ip") String ip,
      @JsonProperty("description") String description) {
    @SuppressWarnings("NullAway") // As above.
    public Failure {
      url = url == null ? "" : url;
      hostname = hostname == null ? "" : hostname;
      ip = ip == null ? "" : ip;
      description = description == null ? "" : description;
    }
  }

  /**
   * Reads the answer of a {@link TaskState}.
   *
   * @throws DragonflyException INVALID_ARGUMENT
   */
  public static PreheatResult read(String json) {
    return JobJson.read(json, PreheatResult.class);
  }

  public String json() {
    return JobJson.write(this);
  }
}
