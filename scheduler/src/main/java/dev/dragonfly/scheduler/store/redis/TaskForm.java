package dev.dragonfly.scheduler.store.redis;

import static dev.dragonfly.scheduler.store.redis.RedisBytes.bytes;
import static dev.dragonfly.scheduler.store.redis.RedisBytes.number;
import static dev.dragonfly.scheduler.store.redis.RedisBytes.text;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.wire.PieceMapper;
import dev.dragonfly.common.wire.TaskMapper;
import dev.dragonfly.scheduler.resource.TaskRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stored form of a task: its identity and its facts as messages of the wire, beside them what
 * the scripts compare. Never written are request headers, digests (a wish of the caller) and
 * response headers with secrets.
 */
final class TaskForm {
  private static final Logger LOG = LoggerFactory.getLogger(TaskForm.class);
  private static final int KEY_LENGTH = 64;

  /** An identity has a URL of a few KiB at most; everything that is stored is read by each look. */
  private static final int MOST_SPEC = 64 << 10;

  private static final int MOST_HEADER = 32 << 10;
  private static final Set<String> SECRET_HEADERS =
      Set.of("authorization", "proxy-authorization", "cookie", "set-cookie", "www-authenticate");

  private TaskForm() {}

  /** Who the task is. */
  static byte[] identity(TaskSpec spec) {
    byte[] form =
        TaskMapper.toDownload(spec).toBuilder()
            .clearRequestHeader()
            .clearDigest()
            .build()
            .toByteArray();
    if (form.length > MOST_SPEC) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT,
          "Stored the identity of a task: it has %d bytes (at most %d)"
              .formatted(form.length, MOST_SPEC));
    }
    return form;
  }

  /** The arguments of put_facts. */
  static List<byte[]> facts(TaskFacts facts) {
    TaskFacts kept =
        new TaskFacts(
            facts.contentLength(),
            facts.pieceLength(),
            header(facts.responseHeader()),
            Optional.empty(),
            List.of(),
            facts.version());
    byte[] none = new byte[0];
    return List.of(
        TaskMapper.toFacts(kept).toByteArray(),
        kept.contentLength().isPresent() ? number(kept.contentLength().getAsLong()) : none,
        kept.pieceLength().isPresent() ? number(kept.pieceLength().getAsLong()) : none,
        // A version may be the empty one, which is not the same as none.
        kept.version().map(version -> bytes("v" + version.value())).orElse(none));
  }

  /** Reads the flat hash and the set of keys; absent when the hash is not there or not readable. */
  static Optional<TaskRecord> read(TaskId id, List<?> hash, List<?> keys) {
    Map<String, byte[]> fields = new HashMap<>();
    for (int i = 0; i + 1 < hash.size(); i += 2) {
      fields.put(text((byte[]) hash.get(i)), (byte[]) hash.get(i + 1));
    }
    if (!fields.containsKey("spec")) {
      return Optional.empty();
    }
    try {
      byte[] stored = fields.getOrDefault("facts", new byte[0]);
      TaskFacts facts =
          TaskMapper.fromFacts(dev.dragonfly.api.ext.v1.TaskFacts.parseFrom(stored))
              .withReaderKeys(readerKeys(keys));
      return Optional.of(
          new TaskRecord(
              id,
              TaskMapper.toSpec(Download.parseFrom(fields.get("spec"))),
              facts,
              time(fields, "created"),
              time(fields, "updated")));
    } catch (InvalidProtocolBufferException | RuntimeException e) {
      LOG.debug("stored task skipped task={} error={}", id, e.getMessage());
      return Optional.empty();
    }
  }

  static byte[] piece(Piece piece) {
    return PieceMapper.toProto(piece).toByteArray();
  }

  /** A noted piece; absent when it is not readable. */
  static Optional<Piece> readPiece(byte[] stored) {
    try {
      return Optional.of(
          PieceMapper.fromProto(dev.dragonfly.api.common.v2.Piece.parseFrom(stored)));
    } catch (InvalidProtocolBufferException | DragonflyException e) {
      LOG.debug("stored piece skipped bytes={} error={}", stored.length, e.getMessage());
      return Optional.empty();
    }
  }

  private static List<ReaderKey> readerKeys(List<?> members) {
    List<ReaderKey> keys = new ArrayList<>(members.size());
    for (Object member : members) {
      String stored = text((byte[]) member);
      if (stored.length() > KEY_LENGTH) {
        keys.add(new ReaderKey(stored.substring(KEY_LENGTH), stored.substring(0, KEY_LENGTH)));
      }
    }
    return keys;
  }

  /** Headers help those who show the content; too many of them help nobody. */
  private static Map<String, String> header(Map<String, String> header) {
    Map<String, String> kept = new HashMap<>();
    long size = 0;
    for (Map.Entry<String, String> entry : header.entrySet()) {
      if (!SECRET_HEADERS.contains(entry.getKey().toLowerCase(Locale.ROOT))) {
        kept.put(entry.getKey(), entry.getValue());
        size += entry.getKey().length() + entry.getValue().length();
      }
    }
    return size > MOST_HEADER ? Map.of() : kept;
  }

  private static Instant time(Map<String, byte[]> fields, String name) {
    byte[] value = fields.get(name);
    return Instant.ofEpochMilli(value == null ? 0 : Long.parseLong(text(value)));
  }
}
