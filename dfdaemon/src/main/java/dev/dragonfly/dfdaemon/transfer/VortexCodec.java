package dev.dragonfly.dfdaemon.transfer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskKind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.CorruptedFrameException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bytes of Vortex packets. All numbers are big-endian: packet id (1 byte), tag (1), length of the
 * value (4), value. The raw content behind a {@link Packet.PieceContent} is not part of the packet.
 */
final class VortexCodec {
  /** Characters of a task id that the protocol can carry. */
  static final int TASK_ID_LENGTH = 64;

  static final int MAX_ERROR_LENGTH = 64 << 10;

  private static final int HEADER_LENGTH = 6;
  private static final int REQUEST_LENGTH = TASK_ID_LENGTH + Integer.BYTES;
  private static final int FIXED_METADATA_LENGTH = 45;
  private static final int METADATA_TAIL_LENGTH = 1 + 2 * Long.BYTES;
  private static final int MAX_METADATA_LENGTH = 8 << 10;

  /** The text of a {@link Packet.Busy}; as many digits as always fit a long. */
  private static final Pattern BUSY = Pattern.compile("busy, retry after (\\d{1,9}) ms");

  private static final int TAG_CLOSE = 254;
  private static final int TAG_ERROR = 255;

  /** Tag 2n asks for a piece of the n-th kind, tag 2n+1 answers. */
  private static final List<TaskKind> KINDS =
      List.of(TaskKind.STANDARD, TaskKind.PERSISTENT, TaskKind.PERSISTENT_CACHE, TaskKind.CACHE);

  private VortexCodec() {}

  /** The bytes of a packet; the caller owns the buffer. */
  static ByteBuf encode(Packet packet, ByteBufAllocator allocator) {
    return switch (packet) {
      case Packet.PieceRequest request -> encodeRequest(request, allocator);
      case Packet.PieceContent content -> encodeContent(content, allocator);
      case Packet.Failure failure -> encodeFailure(failure, allocator);
      case Packet.Busy busy -> encodeFailure(failure(busy), allocator);
      case Packet.Close close -> header(allocator, close.packetId(), TAG_CLOSE, 0);
    };
  }

  /**
   * Reads one packet, or nothing while it has not arrived whole.
   *
   * @throws CorruptedFrameException as soon as it is clear that this is no packet; a length beyond
   *     what the tag allows is refused before its bytes arrive
   */
  static Optional<Packet> decode(ByteBuf in) {
    if (in.readableBytes() < HEADER_LENGTH) {
      return Optional.empty();
    }
    int start = in.readerIndex();
    int packetId = in.getUnsignedByte(start);
    int tag = in.getUnsignedByte(start + 1);
    long length = in.getUnsignedInt(start + 2);
    checkLength(tag, length);
    if (in.readableBytes() < HEADER_LENGTH + length) {
      return Optional.empty();
    }
    ByteBuf value = in.skipBytes(HEADER_LENGTH).readSlice((int) length);
    return Optional.of(decodeValue(packetId, tag, value));
  }

  private static void checkLength(int tag, long length) {
    boolean fits =
        switch (tag) {
          case 0, 2, 4, 6 -> length == REQUEST_LENGTH;
          case 1, 3, 5, 7 ->
              length >= Integer.BYTES + FIXED_METADATA_LENGTH && length <= MAX_METADATA_LENGTH;
          case TAG_CLOSE -> length == 0;
          case TAG_ERROR -> length >= 1 && length <= MAX_ERROR_LENGTH;
          default -> false;
        };
    if (!fits) {
      throw new CorruptedFrameException("no Vortex packet: tag " + tag + " length " + length);
    }
  }

  private static Packet decodeValue(int packetId, int tag, ByteBuf value) {
    return switch (tag) {
      case 0, 2, 4, 6 -> decodeRequest(packetId, KINDS.get(tag / 2), value);
      case TAG_CLOSE -> new Packet.Close(packetId);
      case TAG_ERROR -> decodeFailure(packetId, value);
      default -> decodeContent(packetId, KINDS.get(tag / 2), value);
    };
  }

  private static ByteBuf encodeRequest(Packet.PieceRequest request, ByteBufAllocator allocator) {
    String id = request.task().value();
    if (id.length() != TASK_ID_LENGTH) {
      throw new IllegalArgumentException("Vortex carries task ids of 64 characters only: " + id);
    }
    ByteBuf out = header(allocator, request.packetId(), tag(request.kind()), REQUEST_LENGTH);
    out.writeCharSequence(id, US_ASCII);
    return out.writeInt(request.piece());
  }

  private static Packet decodeRequest(int packetId, TaskKind kind, ByteBuf value) {
    String id = value.readCharSequence(TASK_ID_LENGTH, US_ASCII).toString();
    int piece = value.readInt();
    if (piece < 0) {
      throw new CorruptedFrameException("piece number out of range: " + piece);
    }
    try {
      return new Packet.PieceRequest(packetId, kind, new TaskId(id), piece);
    } catch (IllegalArgumentException e) {
      throw new CorruptedFrameException("request for a task id that is none", e);
    }
  }

  private static ByteBuf encodeContent(Packet.PieceContent content, ByteBufAllocator allocator) {
    byte[] digest = content.digest().getBytes(UTF_8);
    byte[] parent = content.parentId().getBytes(UTF_8);
    int metadata = FIXED_METADATA_LENGTH + digest.length + parent.length;
    int length = Integer.BYTES + metadata;
    if (length > MAX_METADATA_LENGTH) {
      throw new IllegalArgumentException("metadata of piece " + content.number() + " is too long");
    }
    ByteBuf out = header(allocator, content.packetId(), tag(content.kind()) + 1, length);
    out.writeInt(metadata).writeInt(content.number());
    out.writeLong(content.offset()).writeLong(content.length());
    out.writeInt(digest.length).writeBytes(digest);
    out.writeInt(parent.length).writeBytes(parent);
    out.writeByte(content.traffic());
    return out.writeLong(content.costSeconds()).writeLong(content.createdAtSeconds());
  }

  private static Packet decodeContent(int packetId, TaskKind kind, ByteBuf value) {
    int metadata = value.readInt();
    if (metadata != value.readableBytes()) {
      throw new CorruptedFrameException(
          "metadata of " + metadata + " bytes in " + value.readableBytes());
    }
    int number = value.readInt();
    long offset = value.readLong();
    long length = value.readLong();
    if (number < 0 || offset < 0 || length < 0) {
      throw new CorruptedFrameException(
          "not a piece: number %d offset %d length %d".formatted(number, offset, length));
    }
    String digest = text(value, Integer.BYTES + METADATA_TAIL_LENGTH);
    String parent = text(value, METADATA_TAIL_LENGTH);
    if (value.readableBytes() != METADATA_TAIL_LENGTH) {
      throw new CorruptedFrameException("metadata of piece " + number + " does not add up");
    }
    return new Packet.PieceContent(
        packetId,
        kind,
        number,
        offset,
        length,
        digest,
        parent,
        value.readUnsignedByte(),
        value.readLong(),
        value.readLong());
  }

  private static String text(ByteBuf value, int bytesBehind) {
    int length = value.readInt();
    int room = value.readableBytes() - bytesBehind;
    if (length < 0 || length > room) {
      throw new CorruptedFrameException("text of " + length + " bytes where " + room + " fit");
    }
    String text = value.toString(value.readerIndex(), length, UTF_8);
    value.skipBytes(length);
    return text;
  }

  private static ByteBuf encodeFailure(Packet.Failure failure, ByteBufAllocator allocator) {
    int length = Math.min(ByteBufUtil.utf8Bytes(failure.message()), MAX_ERROR_LENGTH - 1);
    byte[] message = failure.message().getBytes(UTF_8);
    ByteBuf out = header(allocator, failure.packetId(), TAG_ERROR, 1 + length);
    int code =
        switch (failure.code()) {
          case UNKNOWN -> 0;
          case INVALID_ARGUMENT -> 1;
          case NOT_FOUND -> 2;
          case INTERNAL -> 3;
        };
    return out.writeByte(code).writeBytes(message, 0, length);
  }

  private static Packet.Failure failure(Packet.Busy busy) {
    long millis = Math.clamp(busy.retryAfter().toMillis(), 0, 999_999_999);
    return new Packet.Failure(
        busy.packetId(), Packet.Failure.Code.UNKNOWN, "busy, retry after " + millis + " ms");
  }

  private static Packet decodeFailure(int packetId, ByteBuf value) {
    int code = value.readUnsignedByte();
    String message = value.toString(UTF_8);
    Matcher busy = BUSY.matcher(message);
    if (code == 0 && busy.matches()) {
      return new Packet.Busy(packetId, Duration.ofMillis(Long.parseLong(busy.group(1))));
    }
    Packet.Failure.Code[] codes = Packet.Failure.Code.values();
    return new Packet.Failure(
        packetId, code < codes.length ? codes[code] : Packet.Failure.Code.UNKNOWN, message);
  }

  private static ByteBuf header(ByteBufAllocator allocator, int packetId, int tag, int length) {
    ByteBuf out = allocator.buffer(HEADER_LENGTH + length);
    return out.writeByte(packetId).writeByte(tag).writeInt(length);
  }

  private static int tag(TaskKind kind) {
    return 2 * KINDS.indexOf(kind);
  }
}
