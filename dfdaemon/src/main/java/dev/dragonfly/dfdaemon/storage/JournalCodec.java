package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.SourceVersion;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskKind;
import dev.dragonfly.common.task.TaskSpec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Journal records as bytes: length (4), CRC-32C of the payload (4), payload; its first byte is the
 * kind of the record, the rest big-endian fields.
 */
final class JournalCodec {
  private static final int PREFIX = 2 * Integer.BYTES;
  private static final int MAX_PAYLOAD = 64 << 20;
  private static final int HEADER = 1;
  private static final int BOOT = 2;
  private static final int FACTS = 3;
  private static final int RUN = 4;
  private static final int FINISHED = 5;
  private static final int FORCED = 6;

  private JournalCodec() {}

  static ByteBuffer encode(JournalRecord record) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      write(record, new DataOutputStream(bytes));
      byte[] payload = bytes.toByteArray();
      CRC32C crc = new CRC32C();
      crc.update(payload);
      return ByteBuffer.allocate(PREFIX + payload.length)
          .putInt(payload.length)
          .putInt((int) crc.getValue())
          .put(payload)
          .flip();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
  }

  /**
   * Reads records until the end or until one is torn or damaged.
   *
   * @return the records; the buffer's position is after the last good one
   */
  static List<JournalRecord> decode(ByteBuffer journal) {
    List<JournalRecord> records = new ArrayList<>();
    while (journal.remaining() >= PREFIX) {
      int start = journal.position();
      int length = journal.getInt();
      int crc = journal.getInt();
      JournalRecord record =
          length <= 0 || length > MAX_PAYLOAD || length > journal.remaining()
              ? null
              : read(journal, length, crc);
      if (record == null) {
        journal.position(start);
        break;
      }
      records.add(record);
    }
    return records;
  }

  private static @Nullable JournalRecord read(ByteBuffer journal, int length, int crc) {
    byte[] payload = new byte[length];
    journal.get(payload);
    CRC32C actual = new CRC32C();
    actual.update(payload);
    if ((int) actual.getValue() != crc) {
      return null;
    }
    try {
      return read(new DataInputStream(new ByteArrayInputStream(payload)));
    } catch (IOException | IllegalArgumentException e) {
      return null;
    }
  }

  private static void write(JournalRecord record, DataOutputStream out) throws IOException {
    switch (record) {
      case JournalRecord.Header header -> writeHeader(header, out);
      case JournalRecord.Boot boot -> {
        out.writeByte(BOOT);
        out.writeUTF(boot.bootId());
      }
      case JournalRecord.Facts facts -> writeFacts(facts.facts(), out);
      case JournalRecord.Run run -> writeRun(run.run(), out);
      case JournalRecord.Finished finished -> writePiece(finished.piece(), out);
      case JournalRecord.Forced forced -> out.writeByte(FORCED);
    }
  }

  private static JournalRecord read(DataInputStream in) throws IOException {
    int kind = in.readByte();
    return switch (kind) {
      case HEADER -> readHeader(in);
      case BOOT -> new JournalRecord.Boot(in.readUTF());
      case FACTS -> new JournalRecord.Facts(readFacts(in));
      case RUN -> new JournalRecord.Run(readRun(in));
      case FINISHED -> new JournalRecord.Finished(readPiece(in));
      case FORCED -> new JournalRecord.Forced();
      default -> throw new IOException("unknown kind of record " + kind);
    };
  }

  private static void writeHeader(JournalRecord.Header header, DataOutputStream out)
      throws IOException {
    TaskSpec spec = header.spec();
    out.writeByte(HEADER);
    out.writeUTF(header.id().value());
    out.writeUTF(spec.kind().name());
    writeText(out, spec.url());
    writeOptional(out, spec.digest().map(Digest::toString));
    writeOptional(out, spec.tag());
    writeOptional(out, spec.application());
    out.writeInt(spec.filteredQueryParams().size());
    for (String param : spec.filteredQueryParams()) {
      writeText(out, param);
    }
    out.writeLong(spec.pieceLength().orElse(-1));
    writeOptional(out, spec.contentForId());
    out.writeBoolean(spec.idFromBlobDigest());
  }

  private static JournalRecord readHeader(DataInputStream in) throws IOException {
    TaskId id = new TaskId(in.readUTF());
    TaskKind kind = TaskKind.valueOf(in.readUTF());
    String url = readText(in);
    Optional<Digest> digest = readOptional(in).map(Digest::parse);
    Optional<String> tag = readOptional(in);
    Optional<String> application = readOptional(in);
    List<String> filtered = new ArrayList<>();
    for (int i = in.readInt(); i > 0; i--) {
      filtered.add(readText(in));
    }
    long piece = in.readLong();
    Optional<String> content = readOptional(in);
    boolean blob = in.readBoolean();
    TaskSpec spec =
        new TaskSpec(
            kind, url, digest, tag, application, filtered, Map.of(), length(piece), content, blob);
    return new JournalRecord.Header(id, spec);
  }

  private static void writeFacts(TaskFacts facts, DataOutputStream out) throws IOException {
    out.writeByte(FACTS);
    out.writeLong(facts.contentLength().orElse(-1));
    out.writeLong(facts.pieceLength().orElse(-1));
    out.writeInt(facts.responseHeader().size());
    for (Map.Entry<String, String> header : facts.responseHeader().entrySet()) {
      writeText(out, header.getKey());
      writeText(out, header.getValue());
    }
    writeOptional(out, facts.digest().map(Digest::toString));
    out.writeInt(facts.readerKeys().size());
    for (ReaderKey key : facts.readerKeys()) {
      writeText(out, key.hostId());
      out.writeUTF(key.publicKeyHex());
    }
  }

  private static TaskFacts readFacts(DataInputStream in) throws IOException {
    OptionalLong content = length(in.readLong());
    OptionalLong piece = length(in.readLong());
    Map<String, String> header = new HashMap<>();
    for (int i = in.readInt(); i > 0; i--) {
      header.put(readText(in), readText(in));
    }
    Optional<Digest> digest = readOptional(in).map(Digest::parse);
    List<ReaderKey> keys = new ArrayList<>();
    for (int i = in.readInt(); i > 0; i--) {
      keys.add(new ReaderKey(readText(in), in.readUTF()));
    }
    return new TaskFacts(content, piece, header, digest, keys);
  }

  private static void writeRun(SignedRun run, DataOutputStream out) throws IOException {
    out.writeByte(RUN);
    out.writeInt(run.blockLength());
    out.writeLong(run.firstBlock());
    out.writeLong(run.contentLength().orElse(-1));
    writeBytes(out, run.digests());
    writeBytes(out, run.publicKey());
    writeBytes(out, run.signature());
  }

  private static SignedRun readRun(DataInputStream in) throws IOException {
    int blockLength = in.readInt();
    long first = in.readLong();
    OptionalLong content = length(in.readLong());
    return new SignedRun(
        SourceVersion.NONE,
        blockLength,
        first,
        readBytes(in),
        content,
        readBytes(in),
        readBytes(in));
  }

  private static void writePiece(Piece piece, DataOutputStream out) throws IOException {
    out.writeByte(FINISHED);
    out.writeInt(piece.number());
    out.writeLong(piece.offset());
    out.writeLong(piece.length());
    writeOptional(out, piece.digest().map(Digest::toString));
    out.writeUTF(piece.traffic().name());
    writeOptional(out, piece.parentId());
    out.writeLong(piece.cost().toNanos());
    out.writeLong(piece.createdAt().toEpochMilli());
  }

  private static Piece readPiece(DataInputStream in) throws IOException {
    return new Piece(
        in.readInt(),
        in.readLong(),
        in.readLong(),
        readOptional(in).map(Digest::parse),
        Piece.Traffic.valueOf(in.readUTF()),
        readOptional(in),
        Duration.ofNanos(in.readLong()),
        Instant.ofEpochMilli(in.readLong()));
  }

  private static OptionalLong length(long value) {
    return value < 0 ? OptionalLong.empty() : OptionalLong.of(value);
  }

  private static void writeOptional(DataOutputStream out, Optional<String> text)
      throws IOException {
    out.writeBoolean(text.isPresent());
    if (text.isPresent()) {
      writeText(out, text.get());
    }
  }

  private static Optional<String> readOptional(DataInputStream in) throws IOException {
    return in.readBoolean() ? Optional.of(readText(in)) : Optional.empty();
  }

  private static void writeText(DataOutputStream out, String text) throws IOException {
    writeBytes(out, text.getBytes(StandardCharsets.UTF_8));
  }

  private static String readText(DataInputStream in) throws IOException {
    return new String(readBytes(in), StandardCharsets.UTF_8);
  }

  private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] readBytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IOException("field of " + length + " bytes in a record with " + in.available());
    }
    return in.readNBytes(length);
  }
}
