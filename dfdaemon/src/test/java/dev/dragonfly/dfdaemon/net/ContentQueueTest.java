package dev.dragonfly.dfdaemon.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ContentQueueTest {
  private final ContentQueue queue = new ContentQueue();
  private final AtomicInteger resumed = new AtomicInteger();

  private static ByteBuf bytes(int length) {
    return Unpooled.wrappedBuffer(new byte[length]);
  }

  private void take() throws Exception {
    queue.take(Duration.ofSeconds(10), resumed::incrementAndGet).orElseThrow().release();
  }

  @Test
  void theSocketStopsAtAMebibyteHoweverItIsCutAndGoesOnAtHalfOfIt() throws Exception {
    for (int i = 0; i < 1023; i++) {
      queue.put(bytes(1024));
      assertThat(queue.wantsMore()).isTrue();
    }
    queue.put(bytes(1024));
    assertThat(queue.wantsMore()).isFalse();
    for (int i = 0; i < 511; i++) {
      take();
    }
    assertThat(resumed).hasValue(0);
    take();
    assertThat(resumed).hasValue(1);
    assertThat(queue.wantsMore()).isTrue();
    queue.close();
  }
}
