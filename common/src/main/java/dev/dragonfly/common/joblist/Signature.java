package dev.dragonfly.common.joblist;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * What lies in the list of a scheduler: one thing to do. Of its JSON only what means something
 * between managers and schedulers is kept; the rest is written as upstream writes it.
 *
 * @param uuid key of its {@link TaskState}
 * @param name a {@link JobKind}, unless somebody else writes to the list
 * @param routingKey the list
 * @param groupUuid empty for what has no group
 * @param groupTaskCount 0 for what has no group
 * @param args one text of JSON, or nothing
 */
public record Signature(
    @JsonProperty("UUID") String uuid,
    @JsonProperty("Name") String name,
    @JsonProperty("RoutingKey") String routingKey,
    @JsonProperty("GroupUUID") String groupUuid,
    @JsonProperty("GroupTaskCount") int groupTaskCount,
    @JsonProperty("Args") List<Argument> args) {

  @SuppressWarnings("NullAway") // Absent and null arrive as null and become nothing here.
  public Signature {
    uuid = uuid == null ? "" : uuid;
    name = name == null ? "" : name;
    routingKey = routingKey == null ? "" : routingKey;
    groupUuid = groupUuid == null ? "" : groupUuid;
    args = args == null ? List.of() : List.copyOf(args);
  }

  /** An argument; its text may hold secrets. */
  public record Argument(
      @JsonProperty("Name") String name,
      @JsonProperty("Type") String type,
      @JsonProperty("Value") String value) {
    @SuppressWarnings("NullAway") // As above.
    public Argument {
      name = name == null ? "" : name;
      type = type == null ? "" : type;
      value = value == null ? "" : value;
    }

    static Argument text(String json) {
      return new Argument("", "string", json);
    }

    /** Without the text. */
    @Override
    public String toString() {
      return "Argument[" + type + "]";
    }
  }

  /** One task in a group of its own. */
  public static Signature of(
      JobKind kind, String uuid, String groupUuid, String queue, String argument) {
    return new Signature(uuid, kind.word(), queue, groupUuid, 1, List.of(Argument.text(argument)));
  }

  /** One task without arguments and group. */
  public static Signature alone(JobKind kind, String uuid, String queue) {
    return new Signature(uuid, kind.word(), queue, "", 0, List.of());
  }

  /**
   * Reads an element of the list.
   *
   * @throws DragonflyException INVALID_ARGUMENT
   */
  public static Signature read(String json) {
    return JobJson.read(json, Signature.class);
  }

  /**
   * The JSON text of the argument.
   *
   * @throws DragonflyException INVALID_ARGUMENT when there is none
   */
  public String argument() {
    if (args.isEmpty()) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT, "tried " + name + " " + uuid + ", got no argument");
    }
    return args.getFirst().value();
  }

  /** With all names that upstream writes; the same value has the same text (LREM needs that). */
  public String json() {
    ObjectNode node = JobJson.node(this);
    node.putNull("ETA");
    node.putObject("Headers");
    node.put("Priority", 0);
    node.put("Immutable", false);
    node.put("RetryCount", 0);
    node.put("RetryTimeout", 0);
    node.putNull("OnSuccess");
    node.putNull("OnError");
    node.putNull("ChordCallback");
    node.put("BrokerMessageGroupId", "");
    node.put("SQSReceiptHandle", "");
    node.put("StopTaskDeletionOnError", false);
    node.put("IgnoreWhenTaskNotRegistered", false);
    return node.toString();
  }
}
