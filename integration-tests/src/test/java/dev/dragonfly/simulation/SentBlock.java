package dev.dragonfly.simulation;

import dev.dragonfly.common.time.Timers;
import dev.dragonfly.dfdaemon.storage.BlockLease;
import java.nio.ByteBuffer;
import java.time.Duration;

/** A block on its way through a link, in a few chunks. */
final class SentBlock {
  private static final int CHUNKS = 4;

  private final SimulatedTalk talk;
  private final int block;
  private Timers.Timer timer = () -> {};
  private Runnable ended = () -> {};

  /** What the receiver said when it began; set at the receiver. */
  private int wanted;

  SentBlock(SimulatedTalk talk, int block) {
    this.talk = talk;
    this.block = block;
  }

  int block() {
    return block;
  }

  boolean isOf(SimulatedTalk of) {
    return talk == of;
  }

  /** It will not be sent. */
  void dropped() {
    talk.listener().given(block, false);
  }

  void begin(Runnable then) {
    ended = then;
    byte[] bytes = talk.end().here().bytesOf(block);
    talk.say(other -> wanted = other.expected(block));
    chunk(bytes, 0);
  }

  private void chunk(byte[] bytes, int sent) {
    int length = Math.min((bytes.length + CHUNKS - 1) / CHUNKS, bytes.length - sent);
    Duration takes =
        Duration.ofNanos(length * 1_000_000_000L / talk.end().here().member().bytesPerSecond());
    timer =
        talk.end()
            .world()
            .time()
            .after(
                takes,
                () -> {
                  talk.say(other -> {
                    if (wanted >= 0) {
                      other.progressed(block, length);
                    }
                  });
                  if (sent + length < bytes.length) {
                    chunk(bytes, sent + length);
                  } else {
                    whole(bytes);
                  }
                });
  }

  private void whole(byte[] bytes) {
    talk.say(other -> {
      if (wanted == bytes.length) {
        other.arrived(block, BlockLease.unpooled(ByteBuffer.wrap(bytes)));
      } else {
        other.dropped(block, bytes.length);
      }
    });
    ended.run();
    talk.listener().given(block, true);
    talk.end().here().settle();
  }

  void breakOff() {
    timer.cancel();
    ended.run();
    if (talk.end().here().isAlive()) {
      talk.listener().given(block, false);
    }
  }
}
