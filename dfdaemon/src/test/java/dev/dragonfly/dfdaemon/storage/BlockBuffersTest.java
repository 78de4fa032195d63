package dev.dragonfly.dfdaemon.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BlockBuffersTest {
  private static final int MIB = 1 << 20;

  private final BlockBuffers buffers = BlockBuffers.ofBytes(2L * MIB);
  private final List<String> got = new ArrayList<>();

  @Test
  void bytesAreTheLimitNotTheNumber() {
    List<BlockLease> small = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      small.add(buffers.tryBorrow(MIB / 4).orElseThrow());
    }
    assertThat(buffers.tryBorrow(1)).isEmpty();
    assertThat(small.getFirst().buffer().capacity()).isEqualTo(MIB / 4);
    small.forEach(BlockLease::close);
    assertThat(buffers.available()).isEqualTo(2);
    assertThat(buffers.borrow().buffer().remaining()).isEqualTo(MIB);
  }

  @Test
  void whoWaitsIsServedInTheOrderOfAsking() {
    BlockLease first = buffers.borrow();
    BlockLease second = buffers.borrow();
    buffers.whenFree(MIB, lease -> got.add("large"));
    buffers.whenFree(MIB / 4, lease -> got.add("small"));
    assertThat(buffers.tryBorrow(1)).as("nobody goes past the line").isEmpty();
    first.close();
    assertThat(got).containsExactly("large");
    second.close();
    assertThat(got).containsExactly("large", "small");
  }

  @Test
  void whoLeavesTheLineLetsTheNextOneThrough() {
    BlockLease first = buffers.borrow();
    BlockLease half = buffers.borrow(MIB / 2);
    BlockBuffers.Wait large = buffers.whenFree(MIB, lease -> got.add("large"));
    buffers.whenFree(MIB / 2, lease -> got.add("half"));
    assertThat(got).isEmpty();
    assertThat(large.cancel()).isTrue();
    assertThat(got).containsExactly("half");
    assertThat(large.cancel()).isFalse();
    first.close();
    half.close();
  }

  @Test
  void aBufferComesAtOnceWhereThereIsOne() {
    BlockBuffers.Wait wait = buffers.whenFree(MIB, lease -> got.add("there"));
    assertThat(got).containsExactly("there");
    assertThat(wait.cancel()).isFalse();
  }

  @Test
  void whoWaitsForAWhileGoesWithoutABuffer() {
    buffers.borrow();
    buffers.borrow();
    assertThat(buffers.tryBorrow(Duration.ofMillis(20))).isEmpty();
    assertThat(buffers.waiting()).isZero();
  }

  @Test
  void noBlockIsLargerThanTheLargest() {
    assertThatThrownBy(() -> buffers.borrow(MIB + 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> buffers.tryBorrow(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void manyThreadsShareThemAndLoseNone() throws Exception {
    List<Future<?>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 50; i++) {
        Random random = new Random(i);
        all.add(
            threads.submit(() -> {
              for (int n = 0; n < 200; n++) {
                int length = 1 + random.nextInt(MIB);
                try (BlockLease lease = buffers.borrow(length)) {
                  lease.buffer().put(0, (byte) n);
                }
                buffers.whenFree(length, BlockLease::close).cancel();
              }
            }));
      }
      for (Future<?> one : all) {
        one.get(50, TimeUnit.SECONDS);
      }
    }
    assertThat(buffers.available()).isEqualTo(2);
    assertThat(buffers.waiting()).isZero();
  }
}
