package dev.dragonfly.dfdaemon.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.task.TaskFacts;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameHandlerTest {
  private final Recorder recorder = new Recorder();
  private final FrameHandler handler = new FrameHandler(recorder);
  private final EmbeddedChannel channel = new EmbeddedChannel(handler);

  /** Frames of all kinds, one behind the other. */
  private static ByteBuf stream() {
    BitSet blocks = new BitSet();
    blocks.set(3, 80_000); // longer than what is collected at first
    ByteBuf all = Unpooled.buffer();
    List<ByteBuf> frames = new ArrayList<>();
    frames.add(Frames.hello(new Frames.Hello(1, 1, "host", 1)));
    frames.add(
        Frames.open(
            new Frames.Open(1, 0, TaskState.RESTING, "ab".repeat(32), "p"), TaskFacts.NONE));
    frames.addAll(Frames.have(1, blocks));
    frames.add(Frames.chunkHead(1, 5, 0, 300).writeZero(300));
    frames.addAll(Frames.numbers(Frames.REQUEST, 1, 1, 2, 3));
    frames.add(Frames.chunkHead(1, 5, 300, 1).writeZero(1));
    frames.add(Unpooled.wrappedBuffer(new byte[] {0, 78, 0, 0, 0, 2, 9, 9}));
    frames.add(Frames.busy(1, 2, 5));
    frames.add(Frames.end(Frames.CLOSE, 1, CloseReason.DONE, "x"));
    frames.forEach(all::writeBytes);
    frames.forEach(ByteBuf::release);
    return all;
  }

  private static final List<String> HEARD =
      List.of(
          "64:10",
          "65:78",
          "67:10008",
          "chunk 1 5 0 300",
          "bytes 300",
          "69:16",
          "chunk 1 5 300 1",
          "bytes 1",
          "72:12",
          "74:6");

  @Test
  void framesAreTheSameHoweverTheyAreCut() {
    byte[] all = ByteBufUtil.getBytes(stream());
    for (int cut = 1; cut < all.length; cut += cut > 200 && cut < 10_100 ? 97 : 1) {
      Recorder told = new Recorder();
      EmbeddedChannel cutChannel = new EmbeddedChannel(new FrameHandler(told));
      cutChannel.writeInbound(Unpooled.copiedBuffer(all, 0, cut));
      cutChannel.writeInbound(Unpooled.copiedBuffer(all, cut, all.length - cut));
      assertThat(told.joined()).as("cut at %d", cut).isEqualTo(HEARD);
      cutChannel.finishAndReleaseAll();
    }
  }

  @Test
  void framesMayComeByteByByteAndInRandomParts() {
    byte[] all = ByteBufUtil.getBytes(stream());
    Random random = new Random(11);
    for (int most : new int[] {1, 7, 50}) {
      Recorder told = new Recorder();
      EmbeddedChannel cutChannel = new EmbeddedChannel(new FrameHandler(told));
      for (int at = 0; at < all.length; ) {
        int some = Math.min(all.length - at, 1 + random.nextInt(most));
        cutChannel.writeInbound(Unpooled.copiedBuffer(all, at, some));
        at += some;
      }
      assertThat(told.joined()).isEqualTo(HEARD);
      cutChannel.finishAndReleaseAll();
    }
  }

  @Test
  void theRestOfAChunkIsReadToItsPlaceAndNoFurther() {
    channel.writeInbound(Frames.chunkHead(1, 5, 0, 300).writeZero(100));
    ByteBuf place = Objects.requireNonNull(handler.nextPlace());
    assertThat(place.writableBytes()).isEqualTo(200);
    channel.writeInbound(place.writeZero(150));
    channel.writeInbound(Objects.requireNonNull(handler.nextPlace()).writeZero(50));
    assertThat(recorder.events)
        .containsExactly("chunk 1 5 0 300", "bytes 100", "in place 150", "in place 50");
    assertThat(handler.nextPlace()).as("a head comes next").isNull();
  }

  @Test
  void aChunkThatNobodyWantsOrThatWaitsForRoomHasNoPlace() {
    recorder.places = false;
    channel.writeInbound(Frames.chunkHead(1, 5, 0, 300));
    assertThat(handler.nextPlace()).isNull();
    channel.writeInbound(Unpooled.wrappedBuffer(new byte[300]));
    recorder.places = true;
    recorder.room = false;
    channel.writeInbound(Frames.chunkHead(1, 6, 0, 300));
    assertThat(handler.nextPlace()).isNull();
    handler.resume();
    assertThat(handler.nextPlace()).isNotNull();
    channel.finishAndReleaseAll();
  }

  @Test
  void aChunkWithoutRoomStopsEverythingBehindItUntilThereIsSome() {
    recorder.room = false;
    channel.writeInbound(stream());
    assertThat(recorder.joined()).endsWith("chunk 1 5 0 300");
    assertThat(channel.config().isAutoRead()).isFalse();
    recorder.room = true;
    handler.resume();
    assertThat(recorder.joined()).isEqualTo(HEARD);
    assertThat(channel.config().isAutoRead()).isTrue();
    channel.finishAndReleaseAll();
  }

  @Test
  void whatWaitsForRoomIsReleasedWithTheConnection() {
    recorder.room = false;
    ByteBuf all = stream();
    channel.writeInbound(all);
    channel.close();
    assertThat(all.refCnt()).isZero();
    assertThat(recorder.events).endsWith("gone");
  }

  @Test
  void halfAFrameIsReleasedWithTheConnection() {
    ByteBuf half = stream();
    half.writerIndex(50);
    channel.writeInbound(half);
    channel.close();
    assertThat(half.refCnt()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "004780000000", // a block of 2^31 bytes
        "0047ffffffff",
        "00470000000c", // a block without bytes
        "004708000000", // HAVE would be 67; a block of 128 MiB
        "004308000000", // a bitmap of 128 MiB
        "004a00100000", // a text of 1 MiB
        "004500000007", // half a number
        "0045ffffffff",
        "004800000004",
        "005000000000", // no tag of a session
        "000000000044", // a request of plain Vortex
        "00470000000d00000001040000000000000000", // a block that no task has
        "00470000000d00000001ffffffff0000000000",
        "00470000000d00000001000000010010000000", // beyond the longest block
        "00470000000d0000000100000001ffffffff00",
      })
  void whatNoFrameCanBeBreaksTheConnection(String hex) {
    channel.writeInbound(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex)));
    assertThat(recorder.events).hasSize(2).first().asString().startsWith("broken");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aLengthAloneCostsNoMemory() {
    channel.writeInbound(
        Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump("004100040000" + "00".repeat(10))));
    assertThat(recorder.events).isEmpty();
    assertThat(handler.isMidFrame()).isTrue();
    channel.finishAndReleaseAll();
  }

  @Test
  void allBlocksOfTheLargestTaskAreSaidInFramesThatFit() {
    BitSet all = new BitSet();
    all.set(0, (int) PieceLayout.MAX_BLOCKS);
    BitSet heard = new BitSet();
    for (ByteBuf frame : Frames.have(1, all)) {
      Frames.checkLength(Frames.HAVE, frame.skipBytes(2).readInt());
      frame.skipBytes(4);
      heard.or(Frames.have(frame));
      frame.release();
    }
    assertThat(heard.cardinality()).isEqualTo((int) PieceLayout.MAX_BLOCKS);
  }

  /** Writes down what it is told. */
  private static final class Recorder implements FrameSink {
    final List<String> events = new ArrayList<>();
    boolean room = true;
    boolean places = true;

    /** Bytes of a chunk that came in parts, as one. */
    List<String> joined() {
      List<String> all = new ArrayList<>();
      for (String event : events) {
        if (event.startsWith("bytes") && all.getLast().startsWith("bytes")) {
          all.add("bytes " + (number(all.removeLast()) + number(event)));
        } else {
          all.add(event);
        }
      }
      return all;
    }

    private static int number(String event) {
      return Integer.parseInt(event.substring(6));
    }

    @Override
    public void control(int tag, ByteBuf value) {
      events.add(tag + ":" + value.readableBytes());
    }

    @Override
    public boolean chunk(int handle, int block, int offset, int length) {
      events.add("chunk " + handle + " " + block + " " + offset + " " + length);
      return room;
    }

    @Override
    public void bytes(ByteBuf in, int length) {
      in.skipBytes(length);
      events.add("bytes " + length);
    }

    @Override
    public @Nullable ByteBuffer place(int most) {
      return places ? ByteBuffer.allocateDirect(most) : null;
    }

    @Override
    public void bytesInPlace(int length) {
      events.add("in place " + length);
    }

    @Override
    public void broken(String why) {
      events.add("broken " + why);
    }

    @Override
    public void gone() {
      events.add("gone");
    }
  }
}
