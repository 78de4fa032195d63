package dev.dragonfly.dfdaemon.storage.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.dragonfly.api.store.v1.JournalBoot;
import dev.dragonfly.api.store.v1.JournalDigest;
import dev.dragonfly.api.store.v1.JournalFacts;
import dev.dragonfly.api.store.v1.JournalForced;
import dev.dragonfly.api.store.v1.JournalHeader;
import dev.dragonfly.api.store.v1.JournalTeller;
import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.wire.PieceMapper;
import dev.dragonfly.common.wire.RunMapper;
import dev.dragonfly.common.wire.TaskMapper;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * Journal records as bytes: length (4), CRC-32C of the payload (4), payload, which is a protobuf
 * message. A record that is whole but not understood, because a newer version wrote it, is skipped:
 * only what the CRC tells is a torn tail.
 */
public final class JournalCodec {
  private static final int PREFIX = 2 * Integer.BYTES;

  /** What is kept of the words of others is bounded by the length of a message, 4 MiB. */
  private static final int MAX_PAYLOAD = 8 << 20;

  private JournalCodec() {}

  /** The record with its length and CRC. */
  public static ByteBuffer encode(JournalRecord record) {
    byte[] payload = toProto(record).toByteArray();
    if (payload.length > MAX_PAYLOAD) {
      throw new IllegalArgumentException("a record of " + payload.length + " bytes is too long");
    }
    return ByteBuffer.allocate(PREFIX + payload.length)
        .putInt(payload.length)
        .putInt(crc(payload))
        .put(payload)
        .flip();
  }

  /**
   * Reads records until the end or until one is torn or damaged; holds one of them at a time.
   *
   * @param size bytes of the journal: a length beyond them is damage, and nothing is allocated
   * @param reader gets those that are understood
   * @return where the last whole one ends
   */
  public static long read(InputStream journal, long size, Consumer<JournalRecord> reader)
      throws IOException {
    DataInputStream in = new DataInputStream(journal);
    long end = 0;
    while (size - end >= PREFIX) {
      int length = in.readInt();
      int crc = in.readInt();
      if (length <= 0 || length > Math.min(MAX_PAYLOAD, size - end - PREFIX)) {
        return end;
      }
      byte[] payload = in.readNBytes(length);
      if (crc(payload) != crc) {
        return end;
      }
      understand(payload).ifPresent(reader);
      end += PREFIX + length;
    }
    return end;
  }

  private static int crc(byte[] payload) {
    CRC32C crc = new CRC32C();
    crc.update(payload);
    return (int) crc.getValue();
  }

  private static Optional<JournalRecord> understand(byte[] payload) {
    try {
      return fromProto(dev.dragonfly.api.store.v1.JournalRecord.parseFrom(payload));
    } catch (InvalidProtocolBufferException | RuntimeException notOurs) {
      return Optional.empty();
    }
  }

  private static dev.dragonfly.api.store.v1.JournalRecord toProto(JournalRecord record) {
    var proto = dev.dragonfly.api.store.v1.JournalRecord.newBuilder();
    switch (record) {
      case JournalRecord.Header header ->
          proto.setHeader(
              JournalHeader.newBuilder()
                  .setTaskId(header.id().value())
                  .setDownload(TaskMapper.toDownload(header.spec())));
      case JournalRecord.Boot boot ->
          proto.setBoot(JournalBoot.newBuilder().setBootId(boot.bootId()));
      case JournalRecord.Facts facts ->
          proto.setFacts(
              JournalFacts.newBuilder()
                  .setFacts(TaskMapper.toFacts(facts.facts()))
                  .setTeller(teller(facts.by())));
      case JournalRecord.Run run -> proto.setRun(RunMapper.toProto(run.run()));
      case JournalRecord.Finished finished ->
          proto.setFinished(PieceMapper.toProto(finished.piece()));
      case JournalRecord.Forced forced -> proto.setForced(JournalForced.getDefaultInstance());
      case JournalRecord.Whole whole ->
          proto.setDigest(
              JournalDigest.newBuilder()
                  .setDigest(whole.digest().map(Digest::toString).orElse("")));
    }
    return proto.build();
  }

  private static Optional<JournalRecord> fromProto(dev.dragonfly.api.store.v1.JournalRecord proto) {
    return switch (proto.getKindCase()) {
      case HEADER ->
          Optional.of(
              new JournalRecord.Header(
                  new TaskId(proto.getHeader().getTaskId()),
                  TaskMapper.toSpec(proto.getHeader().getDownload())));
      case BOOT -> Optional.of(new JournalRecord.Boot(proto.getBoot().getBootId()));
      case FACTS -> Optional.of(facts(proto.getFacts()));
      case RUN -> Optional.of(new JournalRecord.Run(RunMapper.ofOwn(proto.getRun())));
      case FINISHED ->
          Optional.of(new JournalRecord.Finished(PieceMapper.fromProto(proto.getFinished())));
      case FORCED -> Optional.of(new JournalRecord.Forced());
      case DIGEST ->
          Optional.of(
              new JournalRecord.Whole(
                  Optional.of(proto.getDigest().getDigest())
                      .filter(text -> !text.isEmpty())
                      .map(Digest::parse)));
      case KIND_NOT_SET -> Optional.empty();
    };
  }

  private static JournalTeller teller(StoredTask.Teller by) {
    return switch (by) {
      case PARENT -> JournalTeller.JOURNAL_TELLER_PARENT;
      case SCHEDULER -> JournalTeller.JOURNAL_TELLER_SCHEDULER;
      case SOURCE -> JournalTeller.JOURNAL_TELLER_SOURCE;
    };
  }

  /** The limits of lengths are for what strangers say; here stands what this host has taken. */
  private static JournalRecord.Facts facts(JournalFacts proto) {
    dev.dragonfly.api.ext.v1.TaskFacts told = proto.getFacts();
    TaskFacts rest =
        TaskMapper.fromFacts(told.toBuilder().clearContentLength().clearPieceLength().build());
    TaskFacts facts =
        rest.withLengths(
            told.hasContentLength()
                ? OptionalLong.of(told.getContentLength())
                : OptionalLong.empty(),
            told.hasPieceLength() ? OptionalLong.of(told.getPieceLength()) : OptionalLong.empty());
    return new JournalRecord.Facts(
        facts,
        switch (proto.getTeller()) {
          case JOURNAL_TELLER_SCHEDULER -> StoredTask.Teller.SCHEDULER;
          case JOURNAL_TELLER_SOURCE -> StoredTask.Teller.SOURCE;
          case JOURNAL_TELLER_PARENT, UNRECOGNIZED -> StoredTask.Teller.PARENT;
        });
  }
}
