package dev.dragonfly.dfdaemon.link;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.dfdaemon.link.wire.SessionValues;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.CorruptedFrameException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntConsumer;

/**
 * Bytes of the frames of a swarm session, see docs/protocol.md: the header of Vortex (packet id 0,
 * tag, length of the value), then the value; all numbers are big-endian. Whoever gets an encoded
 * frame owns it. What cannot be read throws {@link CorruptedFrameException} or a {@link
 * dev.dragonfly.common.error.DragonflyException}.
 */
final class Frames {
  static final int HELLO = 64;
  static final int OPEN = 65;
  static final int STATE = 66;
  static final int HAVE = 67;
  static final int RUNS = 68;
  static final int REQUEST = 69;
  static final int CANCEL = 70;
  static final int BLOCK = 71;
  static final int BUSY = 72;
  static final int MISSING = 73;
  static final int CLOSE = 74;
  static final int REFUSE = 75;
  static final int LAST_TAG = 79;

  static final int VERSION = 1;
  static final int HEADER = 6;

  /** Handle, block and offset before the bytes of a chunk. */
  static final int CHUNK_HEAD = 12;

  static final int MAX_CHUNK = 1 << 20;
  private static final int MAX_FACTS = 256 << 10;
  private static final int MAX_BITMAP = 64 << 10;
  private static final int MAX_RUNS = 128 << 10;
  private static final int MAX_NUMBERS = 1 << 10;
  private static final int MAX_TEXT = 1 << 10;
  private static final int MAX_HELLO = 4 << 10;

  /** Beyond any sensible pause; keeps a hostile number from becoming a negative one. */
  private static final long MAX_PAUSE_MILLIS = 3_600_000;

  /** Numbers of the wire. */
  private static final List<TaskState> STATES =
      List.of(TaskState.GROWING, TaskState.RESTING, TaskState.COMPLETE);

  private static final List<CloseReason> REASONS =
      List.of(
          CloseReason.DONE,
          CloseReason.NOT_FOUND,
          CloseReason.REFUSED,
          CloseReason.DISTRUSTED,
          CloseReason.LOST);

  private Frames() {}

  /**
   * Checks a length before anything is allocated by it.
   *
   * @throws CorruptedFrameException when no such frame can have it
   */
  static void checkLength(int tag, long length) {
    boolean fits =
        switch (tag) {
          case HELLO -> length >= 7 && length <= MAX_HELLO;
          case OPEN -> length >= 13 && length <= MAX_FACTS;
          case STATE -> length >= 5 && length <= MAX_FACTS;
          case HAVE -> length >= 9 && length <= 8 + MAX_BITMAP;
          case RUNS -> length >= 6 && length <= MAX_RUNS;
          case REQUEST, CANCEL, MISSING ->
              length >= 8 && length <= 4 + 4 * MAX_NUMBERS && length % 4 == 0;
          case BLOCK -> length > CHUNK_HEAD && length <= CHUNK_HEAD + MAX_CHUNK;
          case BUSY -> length == 12;
          case CLOSE, REFUSE -> length >= 5 && length <= 5 + MAX_TEXT;
          default -> tag > REFUSE && tag <= LAST_TAG && length <= MAX_FACTS;
        };
    if (!fits) {
      throw new CorruptedFrameException("no session frame: tag " + tag + " length " + length);
    }
  }

  /** What a host says first. */
  record Hello(int minVersion, int maxVersion, String host, int port) {
    boolean speaks(int version) {
      return minVersion <= version && version <= maxVersion;
    }
  }

  static ByteBuf hello(Hello hello) {
    byte[] host = hello.host().getBytes(UTF_8);
    return header(HELLO, 6 + host.length)
        .writeByte(hello.minVersion())
        .writeByte(hello.maxVersion())
        .writeShort(host.length)
        .writeBytes(host)
        .writeShort(hello.port());
  }

  /** What follows is of later versions and skipped. */
  static Hello hello(ByteBuf value) {
    int min = value.readUnsignedByte();
    int max = value.readUnsignedByte();
    String host = text(value, 2);
    return new Hello(min, max, host, value.readUnsignedShort());
  }

  /** What begins a conversation; the facts are read by {@link #facts}. */
  record Open(int handle, int answers, TaskState state, String task, String peer) {}

  static ByteBuf open(Open open, TaskFacts facts) {
    byte[] task = open.task().getBytes(UTF_8);
    byte[] peer = open.peer().getBytes(UTF_8);
    byte[] rest = SessionValues.bytes(facts);
    return header(OPEN, 13 + task.length + peer.length + rest.length)
        .writeInt(open.handle())
        .writeInt(open.answers())
        .writeByte(STATES.indexOf(open.state()))
        .writeShort(task.length)
        .writeBytes(task)
        .writeShort(peer.length)
        .writeBytes(peer)
        .writeBytes(rest);
  }

  static Open open(ByteBuf value) {
    int handle = value.readInt();
    int answers = value.readInt();
    TaskState state = state(value);
    return new Open(handle, answers, state, text(value, 2), text(value, 0));
  }

  static ByteBuf state(int handle, TaskState state, TaskFacts facts) {
    byte[] rest = SessionValues.bytes(facts);
    return header(STATE, 5 + rest.length)
        .writeInt(handle)
        .writeByte(STATES.indexOf(state))
        .writeBytes(rest);
  }

  static TaskState state(ByteBuf value) {
    int state = value.readUnsignedByte();
    if (state >= STATES.size()) {
      throw new CorruptedFrameException("no state of a task: " + state);
    }
    return STATES.get(state);
  }

  static TaskFacts facts(ByteBuf value) {
    return SessionValues.facts(rest(value));
  }

  /** Bitmaps of all blocks, cut so that each fits a frame; stretches without any are left out. */
  static List<ByteBuf> have(int handle, BitSet blocks) {
    List<ByteBuf> frames = new ArrayList<>();
    int block = blocks.nextSetBit(0);
    while (block >= 0) {
      int first = block & -Byte.SIZE;
      int end = lastOfStretch(blocks, block, first + MAX_BITMAP * Byte.SIZE) + 1;
      byte[] bits = blocks.get(first, end).toByteArray();
      frames.add(header(HAVE, 8 + bits.length).writeInt(handle).writeInt(first).writeBytes(bits));
      block = blocks.nextSetBit(end);
    }
    return frames;
  }

  /** A gap of a KiB of bitmap is worth another frame. */
  private static int lastOfStretch(BitSet blocks, int block, int limit) {
    int last = block;
    for (int next = block; next >= 0 && next < limit; next = blocks.nextSetBit(last + 1)) {
      if (next - last > 8 << 10) {
        return last;
      }
      last = next;
    }
    return last;
  }

  static BitSet have(ByteBuf value) {
    int first = block(value);
    long end = first + (long) value.readableBytes() * Byte.SIZE;
    if (end > PieceLayout.MAX_BLOCKS) {
      throw new CorruptedFrameException("blocks up to " + end + ", which no task has");
    }
    BitSet said = BitSet.valueOf(rest(value));
    if (first == 0) {
      return said;
    }
    BitSet blocks = new BitSet(first + said.length());
    said.stream().forEach(bit -> blocks.set(first + bit));
    return blocks;
  }

  /** As many frames as the runs need. */
  static List<ByteBuf> runs(int handle, List<SignedRun> runs) {
    List<ByteBuf> frames = new ArrayList<>();
    List<byte[]> some = new ArrayList<>();
    int length = 4;
    for (SignedRun run : runs) {
      byte[] bytes = SessionValues.bytes(run);
      if (length + 2 + bytes.length > MAX_RUNS) {
        frames.add(runs(handle, some, length));
        some.clear();
        length = 4;
      }
      some.add(bytes);
      length += 2 + bytes.length;
    }
    if (!some.isEmpty()) {
      frames.add(runs(handle, some, length));
    }
    return frames;
  }

  private static ByteBuf runs(int handle, List<byte[]> runs, int length) {
    ByteBuf frame = header(RUNS, length).writeInt(handle);
    runs.forEach(run -> frame.writeShort(run.length).writeBytes(run));
    return frame;
  }

  static List<SignedRun> runs(ByteBuf value) {
    List<SignedRun> runs = new ArrayList<>();
    while (value.isReadable()) {
      int length = length(value, 0);
      runs.add(SessionValues.run(value.nioBuffer(value.readerIndex(), length)));
      value.skipBytes(length);
    }
    return runs;
  }

  /** A REQUEST, CANCEL or MISSING, or several where there are many numbers. */
  static List<ByteBuf> numbers(int tag, int handle, int... blocks) {
    List<ByteBuf> frames = new ArrayList<>();
    for (int from = 0; from < blocks.length; from += MAX_NUMBERS) {
      int end = Math.min(blocks.length, from + MAX_NUMBERS);
      ByteBuf frame = header(tag, 4 + 4 * (end - from)).writeInt(handle);
      for (int i = from; i < end; i++) {
        frame.writeInt(blocks[i]);
      }
      frames.add(frame);
    }
    return frames;
  }

  static void numbers(ByteBuf value, IntConsumer each) {
    while (value.isReadable()) {
      each.accept(block(value));
    }
  }

  static ByteBuf busy(int handle, int block, long millis) {
    return header(BUSY, 12)
        .writeInt(handle)
        .writeInt(block)
        .writeInt((int) Math.clamp(millis, 0, MAX_PAUSE_MILLIS));
  }

  static long pauseMillis(ByteBuf value) {
    return Math.min(value.readUnsignedInt(), MAX_PAUSE_MILLIS);
  }

  /** A CLOSE or REFUSE; the text is cut where it is too long. */
  static ByteBuf end(int tag, int handle, CloseReason reason, String why) {
    byte[] text = why.getBytes(UTF_8);
    int length = Math.min(text.length, MAX_TEXT);
    return header(tag, 5 + length)
        .writeInt(handle)
        .writeByte(REASONS.indexOf(reason))
        .writeBytes(text, 0, length);
  }

  /** A reason that is not known yet is nobody's fault. */
  static CloseReason reason(ByteBuf value) {
    int reason = value.readUnsignedByte();
    return reason < REASONS.size() ? REASONS.get(reason) : CloseReason.DONE;
  }

  static String text(ByteBuf value) {
    String text = value.toString(UTF_8);
    return text.chars().anyMatch(Character::isISOControl) ? "(unreadable)" : text;
  }

  /** An identity, which checks itself. */
  static <T> T parsed(String text, Function<String, T> form) {
    try {
      return form.apply(text);
    } catch (IllegalArgumentException e) {
      throw new CorruptedFrameException("no identity", e);
    }
  }

  /** Everything of a chunk but its bytes. */
  static ByteBuf chunkHead(int handle, int block, int offset, int length) {
    return Unpooled.buffer(HEADER + CHUNK_HEAD)
        .writeByte(0)
        .writeByte(BLOCK)
        .writeInt(CHUNK_HEAD + length)
        .writeInt(handle)
        .writeInt(block)
        .writeInt(offset);
  }

  static int block(ByteBuf value) {
    return checkBlock(value.readInt());
  }

  static int checkBlock(int block) {
    if (block < 0 || block >= PieceLayout.MAX_BLOCKS) {
      throw new CorruptedFrameException(
          "block " + Integer.toUnsignedString(block) + ", no task has it");
    }
    return block;
  }

  private static String text(ByteBuf value, int bytesBehind) {
    int length = length(value, bytesBehind);
    return value.readCharSequence(length, UTF_8).toString();
  }

  private static int length(ByteBuf value, int bytesBehind) {
    int length = value.readableBytes() < 2 ? 0 : value.readUnsignedShort();
    if (length == 0 || length > value.readableBytes() - bytesBehind) {
      throw new CorruptedFrameException(
          "value of %d bytes where %d are left".formatted(length, value.readableBytes()));
    }
    return length;
  }

  private static ByteBuffer rest(ByteBuf value) {
    return value.nioBuffer();
  }

  /** On the heap: small, written from any thread, and never lost to a pool. */
  private static ByteBuf header(int tag, int length) {
    return Unpooled.buffer(HEADER + length).writeByte(0).writeByte(tag).writeInt(length);
  }
}
