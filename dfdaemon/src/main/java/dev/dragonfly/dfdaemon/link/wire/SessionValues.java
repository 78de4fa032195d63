package dev.dragonfly.dfdaemon.link.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.wire.RunMapper;
import dev.dragonfly.common.wire.TaskMapper;
import java.nio.ByteBuffer;

/** Facts and signed runs as bytes; the mapping is that of the other protocols. */
public final class SessionValues {
  private SessionValues() {}

  public static byte[] bytes(TaskFacts facts) {
    return TaskMapper.toFacts(facts).toByteArray();
  }

  public static byte[] bytes(SignedRun run) {
    return RunMapper.toProto(run).toByteArray();
  }

  /**
   * Facts of a task as another host tells them.
   *
   * @throws DragonflyException INVALID_ARGUMENT when these are none
   */
  public static TaskFacts facts(ByteBuffer bytes) {
    try {
      return TaskMapper.fromFacts(dev.dragonfly.api.ext.v1.TaskFacts.parseFrom(bytes));
    } catch (InvalidProtocolBufferException e) {
      throw malformed("facts", e);
    }
  }

  /**
   * A signed run; its signature is not checked here.
   *
   * @throws DragonflyException INVALID_ARGUMENT when it is none
   */
  public static SignedRun run(ByteBuffer bytes) {
    try {
      return RunMapper.fromProto(dev.dragonfly.api.ext.v1.SignedRun.parseFrom(bytes));
    } catch (InvalidProtocolBufferException e) {
      throw malformed("run", e);
    }
  }

  private static DragonflyException malformed(String what, InvalidProtocolBufferException cause) {
    return new DragonflyException(ErrorCode.INVALID_ARGUMENT, what + " cannot be read", cause);
  }
}
