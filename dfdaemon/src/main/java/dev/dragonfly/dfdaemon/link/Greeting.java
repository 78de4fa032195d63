package dev.dragonfly.dfdaemon.link;

import dev.dragonfly.dfdaemon.net.ReadPlaces;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection until the other side has said who it is. Told once, on the event loop: the hello, or
 * why there is none.
 */
final class Greeting implements FrameSink {
  /** What came instead of a hello. */
  enum Silence {
    /** The other side closed, or said what is no session: it does not know sessions. */
    PLAIN,
    /** Nothing came in time. */
    SILENT,
    /** It knows sessions and wants none on this connection. */
    REFUSED
  }

  private final BiConsumer<Greeting, Frames.Hello> greeted;
  private final Consumer<Silence> failed;
  private final ScheduledFuture<?> deadline;
  private final FrameHandler frames;
  private boolean over;

  /** Begins to read; event loop. */
  Greeting(
      Channel channel,
      Duration patience,
      BiConsumer<Greeting, Frames.Hello> greeted,
      Consumer<Silence> failed) {
    this.greeted = greeted;
    this.failed = failed;
    this.frames = new FrameHandler(this);
    this.deadline =
        channel
            .eventLoop()
            .schedule(
                () -> {
                  fail(Silence.SILENT);
                  channel.close();
                },
                patience.toMillis(),
                TimeUnit.MILLISECONDS);
    ReadPlaces.of(channel).ask(frames);
    channel.pipeline().addLast(frames);
  }

  /** Where frames are heard; whoever was told of the hello gives them another sink. */
  FrameHandler frames() {
    return frames;
  }

  @Override
  public void control(int tag, ByteBuf value) {
    if (tag == Frames.CLOSE && value.readInt() == 0) {
      fail(Silence.REFUSED);
      throw new CorruptedFrameException("no session: " + Frames.reason(value));
    }
    if (tag != Frames.HELLO) {
      throw new CorruptedFrameException("tag " + tag + " before a hello");
    }
    Frames.Hello hello = Frames.hello(value);
    if (!over) {
      over = true;
      deadline.cancel(false);
      greeted.accept(this, hello);
    }
  }

  @Override
  public boolean chunk(int handle, int block, int offset, int length) {
    throw new CorruptedFrameException("a block before a hello");
  }

  @Override
  public void bytes(ByteBuf in, int length) {
    in.skipBytes(length); // not reached: no chunk begins
  }

  @Override
  public @Nullable ByteBuffer place(int most) {
    return null;
  }

  @Override
  public void bytesInPlace(int length) {
    throw new IllegalStateException("there is no place for them");
  }

  @Override
  public void broken(String why) {
    fail(Silence.PLAIN);
  }

  @Override
  public void gone() {
    fail(Silence.PLAIN);
  }

  private void fail(Silence why) {
    if (!over) {
      over = true;
      deadline.cancel(false);
      failed.accept(why);
    }
  }
}
