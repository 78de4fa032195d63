package dev.dragonfly.scheduler.store.redis;

import static dev.dragonfly.scheduler.store.redis.RedisConnection.bytes;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskKind;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.scheduler.resource.TaskRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The stored form of a task. Request headers are never written, nor response headers with secrets.
 */
final class TaskCodec {
  private static final Set<String> SECRET_HEADERS =
      Set.of("authorization", "proxy-authorization", "cookie", "set-cookie", "www-authenticate");

  private TaskCodec() {}

  /** The arguments of the script task_put, from the fifth on. */
  static List<byte[]> arguments(TaskSpec spec, TaskFacts facts) {
    List<byte[]> args = new ArrayList<>();
    args.add(bytes(spec.kind().name()));
    args.add(bytes(spec.url()));
    args.add(bytes(facts.digest().or(spec::digest).map(Digest::toString).orElse("")));
    args.add(bytes(spec.tag().orElse("")));
    args.add(bytes(spec.application().orElse("")));
    args.add(bytes(String.join("\n", spec.filteredQueryParams())));
    args.add(optional(spec.pieceLength()));
    args.add(bytes(spec.contentForId().orElse("")));
    args.add(bytes(spec.idFromBlobDigest() ? "1" : ""));
    args.add(optional(facts.contentLength()));
    args.add(optional(facts.pieceLength()));
    args.add(header(facts.responseHeader()));
    for (ReaderKey key : facts.readerKeys()) {
      args.add(bytes(key.publicKeyHex() + key.hostId()));
    }
    return args;
  }

  /** Reads the flat hash and the set of keys; absent when the hash is not there or is not whole. */
  static Optional<TaskRecord> decode(TaskId id, List<?> hash, List<?> keys) {
    Map<String, byte[]> fields = new HashMap<>();
    for (int i = 0; i + 1 < hash.size(); i += 2) {
      fields.put(RedisHostStore.text((byte[]) hash.get(i)), (byte[]) hash.get(i + 1));
    }
    if (!fields.containsKey("url")) {
      return Optional.empty();
    }
    Optional<Digest> digest = text(fields, "digest").map(Digest::parse);
    TaskSpec spec =
        new TaskSpec(
            TaskKind.valueOf(text(fields, "kind").orElse(TaskKind.STANDARD.name())),
            text(fields, "url").orElse(""),
            digest,
            text(fields, "tag"),
            text(fields, "app"),
            text(fields, "params").map(p -> List.of(p.split("\n"))).orElse(List.of()),
            Map.of(),
            number(fields, "explicit"),
            text(fields, "content"),
            fields.containsKey("blob"));
    TaskFacts facts =
        new TaskFacts(
            number(fields, "clen"),
            number(fields, "plen"),
            header(fields.get("header")),
            digest,
            keys.stream().map(k -> readerKey(RedisHostStore.text((byte[]) k))).toList());
    return Optional.of(
        new TaskRecord(
            id,
            spec,
            facts,
            Instant.ofEpochMilli(number(fields, "created").orElse(0)),
            Instant.ofEpochMilli(number(fields, "updated").orElse(0))));
  }

  private static ReaderKey readerKey(String stored) {
    return new ReaderKey(stored.substring(64), stored.substring(0, 64));
  }

  private static byte[] optional(OptionalLong value) {
    return value.isPresent() ? RedisHostStore.number(value.getAsLong()) : new byte[0];
  }

  private static byte[] header(Map<String, String> header) {
    Packer out = new Packer();
    int written = 0;
    for (Map.Entry<String, String> entry : header.entrySet()) {
      if (!SECRET_HEADERS.contains(entry.getKey().toLowerCase(Locale.ROOT))) {
        out.text(entry.getKey()).text(entry.getValue());
        written++;
      }
    }
    if (written == 0) {
      return new byte[0];
    }
    byte[] body = out.toBytes();
    byte[] count = new Packer().number(written).toBytes();
    byte[] whole = new byte[count.length + body.length];
    System.arraycopy(count, 0, whole, 0, count.length);
    System.arraycopy(body, 0, whole, count.length, body.length);
    return whole;
  }

  private static Map<String, String> header(byte @org.jspecify.annotations.Nullable [] stored) {
    if (stored == null) {
      return Map.of();
    }
    Unpacker in = new Unpacker(stored);
    Map<String, String> header = new HashMap<>();
    for (int left = in.integer(); left > 0; left--) {
      header.put(in.text(), in.text());
    }
    return header;
  }

  private static Optional<String> text(Map<String, byte[]> fields, String name) {
    byte[] value = fields.get(name);
    return value == null ? Optional.empty() : Optional.of(RedisHostStore.text(value));
  }

  private static OptionalLong number(Map<String, byte[]> fields, String name) {
    byte[] value = fields.get(name);
    return value == null
        ? OptionalLong.empty()
        : OptionalLong.of(Long.parseLong(RedisHostStore.text(value)));
  }
}
