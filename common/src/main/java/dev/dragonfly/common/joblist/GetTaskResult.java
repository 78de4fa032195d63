package dev.dragonfly.common.joblist;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.dragonfly.common.error.DragonflyException;
import java.time.Instant;
import java.util.List;

/** Who holds a task. */
public record GetTaskResult(
    @JsonProperty("peers") List<Holder> peers,
    @JsonProperty("scheduler_cluster_id") long schedulerClusterId) {

  @SuppressWarnings("NullAway") // Absent and null arrive as null and become nothing here.
  public GetTaskResult {
    peers = peers == null ? List.of() : List.copyOf(peers);
  }

  /**
   * A host that holds it.
   *
   * @param id of the host
   * @param hostType normal, super, strong or weak
   * @param finished whether it has the whole
   */
  public record Holder(
      @JsonProperty("id") String id,
      @JsonProperty("hostname") String hostname,
      @JsonProperty("ip") String ip,
      @JsonProperty("host_type") String hostType,
      @JsonProperty("created_at") Instant createdAt,
      @JsonProperty("updated_at") Instant updatedAt,
      @JsonProperty("IsFinished") boolean finished) {
    @SuppressWarnings("NullAway") // As above.
    public Holder {
      id = id == null ? "" : id;
      hostname = hostname == null ? "" : hostname;
      ip = ip == null ? "" : ip;
      hostType = hostType == null ? "" : hostType;
      createdAt = createdAt == null ? Instant.EPOCH : createdAt;
      updatedAt = updatedAt == null ? Instant.EPOCH : updatedAt;
    }
  }

  /**
   * Reads the answer of a {@link TaskState}.
   *
   * @throws DragonflyException INVALID_ARGUMENT
   */
  public static GetTaskResult read(String json) {
    return JobJson.read(json, GetTaskResult.class);
  }

  public String json() {
    return JobJson.write(this);
  }
}
