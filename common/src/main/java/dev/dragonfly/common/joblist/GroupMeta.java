package dev.dragonfly.common.joblist;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;

/**
 * Which tasks belong together; kept under the identifier of the group before anything else is.
 *
 * @param chordTriggered always false
 * @param lock always false
 * @param ttl always 0
 */
public record GroupMeta(
    @JsonProperty("GroupUUID") String groupUuid,
    @JsonProperty("TaskUUIDs") List<String> taskUuids,
    @JsonProperty("ChordTriggered") boolean chordTriggered,
    @JsonProperty("Lock") boolean lock,
    @JsonProperty("CreatedAt") Instant createdAt,
    @JsonProperty("TTL") long ttl) {

  public GroupMeta {
    taskUuids = List.copyOf(taskUuids);
  }

  public static GroupMeta of(String groupUuid, List<String> taskUuids, Instant now) {
    return new GroupMeta(groupUuid, taskUuids, false, false, now, 0);
  }

  public String json() {
    return JobJson.write(this);
  }
}
