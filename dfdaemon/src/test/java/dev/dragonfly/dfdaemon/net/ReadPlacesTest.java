package dev.dragonfly.dfdaemon.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadPlacesTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final ReadPlaces places = ReadPlaces.of(channel);
  private final RecvByteBufAllocator.Handle handle = places.newHandle();

  @AfterEach
  void end() {
    channel.finishAndReleaseAll();
  }

  private ByteBuf read() {
    return handle.allocate(UnpooledByteBufAllocator.DEFAULT);
  }

  @Test
  void aConnectionHasOneOfThem() {
    assertThat(ReadPlaces.of(channel)).isSameAs(places);
  }

  @Test
  void allConnectionsOfALoopReadToOneBufferOneAfterTheOther() {
    ByteBuf first = read();
    first.writeInt(7);
    first.release();
    ByteBuf other =
        ReadPlaces.of(new EmbeddedChannel()).newHandle().allocate(UnpooledByteBufAllocator.DEFAULT);
    assertThat(other).isSameAs(first);
    assertThat(other.readableBytes()).as("what was there is gone").isZero();
    other.release();
  }

  @Test
  void whileOneHoldsItTheOthersGetAnother() {
    ByteBuf held = read();
    ByteBuf other = read();
    assertThat(other).isNotSameAs(held);
    assertThat(other.capacity()).isEqualTo(held.capacity());
    other.release();
    assertThat(other.refCnt()).isZero();
    held.release();
    ByteBuf next = read();
    assertThat(next).isSameAs(held);
    next.release();
  }

  @Test
  void whoKnowsWhatComesNextIsAskedFirst() {
    ByteBuf place = Unpooled.directBuffer(8, 8);
    places.ask(() -> place);
    assertThat(read()).isSameAs(place);
    places.ask(() -> null);
    ByteBuf shared = read();
    assertThat(shared).isNotSameAs(place);
    shared.release();
    place.release();
  }
}
