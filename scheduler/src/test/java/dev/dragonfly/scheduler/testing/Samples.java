package dev.dragonfly.scheduler.testing;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.HostStats;
import dev.dragonfly.common.host.HostType;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** Values that tests need again and again. */
public final class Samples {
  public static final long PIECE_LENGTH = 4L << 20;

  /** What wire peers download. */
  public static final TaskSpec FILE = TaskSpec.ofUrl("http://origin.test/file");

  private Samples() {}

  /** A task id made of one hex character. */
  public static TaskId task(char digit) {
    return new TaskId(String.valueOf(digit).repeat(64));
  }

  /** The id of a peer on the host; the same name gives the same id. */
  public static PeerId peer(Host host, String name) {
    return PeerId.of(
        host.ip(),
        host.hostname(),
        UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)),
        host.type().isSeed());
  }

  /** An ordinary host of ours. */
  public static Host host(String name) {
    return host(name, HostType.NORMAL, 4000, 1);
  }

  /** A seed of ours. */
  public static Host seed(String name, int port) {
    return host(name, HostType.SUPER_SEED, port, 1);
  }

  /** An ordinary upstream host. */
  public static Host upstream(String name) {
    return host(name, HostType.NORMAL, 4000, 0);
  }

  private static Host host(String name, HostType type, int port, int extVersion) {
    return new Host(
        HostId.of("127.0.0.1", name, type.isSeed()),
        type,
        name,
        "127.0.0.1",
        port,
        extVersion > 0 ? 4005 : 0,
        0,
        Optional.empty(),
        Optional.empty(),
        1,
        false,
        extVersion > 0 ? Optional.of("ab".repeat(32)) : Optional.empty(),
        extVersion,
        HostStats.NONE);
  }

  /** Facts of a content of so many full pieces. */
  public static TaskFacts facts(int pieces) {
    return new TaskFacts(
        OptionalLong.of(pieces * PIECE_LENGTH),
        OptionalLong.of(PIECE_LENGTH),
        Map.of("Content-Type", "application/octet-stream"),
        Optional.empty(),
        List.of());
  }

  /** A piece that came from the source. */
  public static Piece piece(int number) {
    return new Piece(
        number,
        number * PIECE_LENGTH,
        PIECE_LENGTH,
        Optional.of(Digest.ofCrc32(1000L + number)),
        Piece.Traffic.BACK_TO_SOURCE,
        Optional.empty(),
        Duration.ofMillis(5),
        Instant.ofEpochMilli(1_700_000_000_000L));
  }
}
