package dev.dragonfly.common.joblist;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.dragonfly.common.error.DragonflyException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * How far a task is; kept under its identifier, replaced as a whole.
 *
 * @param results one text of JSON when it succeeded, else nothing
 * @param error why it failed; else empty
 * @param ttl always 0
 */
public record TaskState(
    @JsonProperty("TaskUUID") String taskUuid,
    @JsonProperty("TaskName") String taskName,
    @JsonProperty("State") State state,
    @JsonProperty("Results") List<Result> results,
    @JsonProperty("Error") String error,
    @JsonProperty("CreatedAt") Instant createdAt,
    @JsonProperty("TTL") long ttl) {

  @SuppressWarnings("NullAway") // Absent and null arrive as null and become nothing here.
  public TaskState {
    taskUuid = taskUuid == null ? "" : taskUuid;
    taskName = taskName == null ? "" : taskName;
    state = state == null ? State.PENDING : state;
    results = results == null ? List.of() : List.copyOf(results);
    error = error == null ? "" : error;
    createdAt = createdAt == null ? Instant.EPOCH : createdAt;
  }

  /** PENDING, RECEIVED, STARTED, then SUCCESS or FAILURE; RETRY leads back to STARTED. */
  public enum State {
    PENDING,
    RECEIVED,
    STARTED,
    RETRY,
    SUCCESS,
    FAILURE
  }

  /** What a task gave. */
  public record Result(@JsonProperty("Type") String type, @JsonProperty("Value") String value) {
    @SuppressWarnings("NullAway") // As above.
    public Result {
      type = type == null ? "" : type;
      value = value == null ? "" : value;
    }
  }

  /** Written by the producer, before the task lies in the list. */
  public static TaskState pending(Signature task, Instant now) {
    return new TaskState(task.uuid(), task.name(), State.PENDING, List.of(), "", now, 0);
  }

  /**
   * Reads what is kept.
   *
   * @throws DragonflyException INVALID_ARGUMENT
   */
  public static TaskState read(String json) {
    return JobJson.read(json, TaskState.class);
  }

  public TaskState received() {
    return with(State.RECEIVED, List.of(), "");
  }

  public TaskState started() {
    return with(State.STARTED, List.of(), "");
  }

  /**
   * @param json the answer
   */
  public TaskState succeeded(String json) {
    return with(State.SUCCESS, List.of(new Result("string", json)), "");
  }

  public TaskState failed(String why) {
    return with(State.FAILURE, List.of(), why);
  }

  /** Whether nothing follows. */
  public boolean ended() {
    return state == State.SUCCESS || state == State.FAILURE;
  }

  /** The JSON text of the answer; empty until it succeeded. */
  public Optional<String> result() {
    return results.isEmpty() ? Optional.empty() : Optional.of(results.getFirst().value());
  }

  /** As upstream writes it: no results are null. */
  public String json() {
    ObjectNode node = JobJson.node(this);
    if (results.isEmpty()) {
      node.putNull("Results");
    }
    return node.toString();
  }

  private TaskState with(State next, List<Result> answer, String why) {
    return new TaskState(taskUuid, taskName, next, answer, why, createdAt, ttl);
  }
}
