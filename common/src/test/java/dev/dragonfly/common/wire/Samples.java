package dev.dragonfly.common.wire;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.HostStats;
import dev.dragonfly.common.host.HostType;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskKind;
import dev.dragonfly.common.task.TaskSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Values with every field set to something that differs from its default. */
final class Samples {
  static final HostId HOST_ID = new HostId("10.0.0.1-node");
  static final PeerId PEER_ID = new PeerId("10.0.0.1-node-uuid");
  static final TaskId TASK_ID = new TaskId("ab".repeat(32));
  static final Instant NOW = Instant.parse("2026-03-01T10:00:00.123456789Z");
  static final Digest DIGEST = Digest.parse("sha256:" + "cd".repeat(32));

  static final TaskSpec SPEC =
      new TaskSpec(
          TaskKind.STANDARD,
          "https://example.com/a?b=c",
          Optional.of(DIGEST),
          Optional.of("tag"),
          Optional.of("application"),
          List.of("b"),
          Map.of("Authorization", "Bearer secret"),
          OptionalLong.of(8 << 20),
          Optional.of("content"),
          true);

  static final TaskFacts FACTS =
      new TaskFacts(
          OptionalLong.of(20_000_000),
          OptionalLong.of(4 << 20),
          Map.of("ETag", "x"),
          Optional.of(DIGEST),
          List.of(new ReaderKey("seed", "ef".repeat(32))));

  static final HostStats STATS = new HostStats(12.5, 1000, 250, 4000, 1000, 11, 22, 33, 44, 5);

  static final Host HOST =
      new Host(
          HOST_ID,
          HostType.SUPER_SEED,
          "node",
          "10.0.0.1",
          4000,
          4005,
          4001,
          Optional.of("idc-1"),
          Optional.of("eu|zone-a"),
          7,
          true,
          Optional.of("ef".repeat(32)),
          1,
          STATS);

  private Samples() {}

  static Piece piece(Piece.Traffic traffic) {
    return new Piece(
        3,
        12 << 20,
        4 << 20,
        Optional.of(Digest.ofCrc32(42)),
        traffic,
        traffic == Piece.Traffic.BACK_TO_SOURCE ? Optional.empty() : Optional.of("parent"),
        Duration.ofMillis(250),
        NOW);
  }

  /** The call must fail as the caller's fault, with this in its message. */
  static void assertInvalid(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(DragonflyException.class)
        .hasMessageContaining(message)
        .extracting(e -> ((DragonflyException) e).code())
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
  }
}
