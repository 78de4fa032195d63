package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Direct buffers for blocks, each as long as its block, shared by all downloads of the daemon: the
 * sum of their bytes bounds the memory that downloads hold. Who finds none waits in one line with
 * all others, so that large blocks are not passed over for small ones. Safe for any thread; guarded
 * by its monitor, under which nobody is told.
 */
public final class BlockBuffers {
  private static final int LARGEST_BLOCK = 1 << 20;

  /** Last blocks have any length; few lengths of buffers can be used again and again. */
  private static final int SHORTEST = 64 << 10;

  private static final Duration MAX_WAIT = Duration.ofSeconds(60);

  private final long limit;
  private final int largest;
  private final ArrayDeque<Waiter> line = new ArrayDeque<>();
  private final Map<Integer, ArrayDeque<ByteBuffer>> free = new HashMap<>();
  private long borrowed;
  private long spare;

  /** One who stands in line; his buffer is set in the moment in which it becomes his. */
  private final class Waiter implements Wait {
    private final int length;
    private final Consumer<BlockLease> then;
    private @Nullable BlockLease lease;

    Waiter(int length, Consumer<BlockLease> then) {
      this.length = length;
      this.then = then;
    }

    @Override
    public boolean cancel() {
      return leave(this);
    }
  }

  /** Somebody who waits for a buffer. */
  public interface Wait {
    /**
     * Leaves the line.
     *
     * @return whether no buffer will come any more; else it came or is on its way
     */
    boolean cancel();
  }

  /**
   * @param count buffers at most, if all are of the greatest length
   * @param largest bytes of the largest block
   */
  public BlockBuffers(int count, int largest) {
    this((long) count * largest, largest);
  }

  private BlockBuffers(long limit, int largest) {
    this.limit = limit;
    this.largest = largest;
  }

  /** Buffers for blocks of up to 1 MiB that hold so many bytes together, at least one block. */
  public static BlockBuffers ofBytes(long bytes) {
    return new BlockBuffers(Math.max(bytes, LARGEST_BLOCK), LARGEST_BLOCK);
  }

  /** A cleared buffer for any block, see {@link #borrow(int)}. */
  public BlockLease borrow() {
    return borrow(largest);
  }

  /**
   * A cleared buffer of at least this length. Borrow one when the bytes are about to come, and one
   * at a time: who waits for a second one while he holds the first may wait for himself. For
   * virtual threads.
   *
   * @throws DragonflyException RESOURCE_EXHAUSTED when none came free for a minute: a shortage of
   *     this host, nobody else's fault
   */
  public BlockLease borrow(int length) {
    return await(length, MAX_WAIT)
        .orElseThrow(() ->
            new DragonflyException(
                ErrorCode.RESOURCE_EXHAUSTED,
                "no block buffer came free within " + MAX_WAIT + "; raise download.buffers"));
  }

  /** A cleared buffer for any block, or empty when none comes free within the time. */
  public Optional<BlockLease> tryBorrow(Duration wait) {
    return wait.isZero() ? tryBorrow(largest) : await(largest, wait);
  }

  /** A cleared buffer if there is one and nobody waits for it. */
  public synchronized Optional<BlockLease> tryBorrow(int length) {
    int whole = rounded(length);
    return line.isEmpty() && fits(whole) ? Optional.of(lend(whole)) : Optional.empty();
  }

  /**
   * Calls back when a buffer is there: at once, or on the thread of whoever gives one back, so it
   * must be short. The buffer belongs to the callback, also when it was cancelled too late.
   */
  public Wait whenFree(int length, Consumer<BlockLease> then) {
    Waiter waiter = new Waiter(rounded(length), then);
    synchronized (this) {
      line.addLast(waiter);
    }
    serve();
    return waiter;
  }

  /** How many of the greatest length can be borrowed now. */
  public synchronized int available() {
    return (int) ((limit - borrowed) / largest);
  }

  /** How many wait for a buffer. */
  public synchronized int waiting() {
    return line.size();
  }

  private int rounded(int length) {
    if (length < 1 || length > largest) {
      throw new IllegalArgumentException(
          "no block has %d bytes (expected 1 to %d)".formatted(length, largest));
    }
    int power = length == 1 ? 1 : Integer.highestOneBit(length - 1) << 1;
    return Math.min(largest, Math.max(power, SHORTEST));
  }

  private Optional<BlockLease> await(int length, Duration patience) {
    CompletableFuture<BlockLease> coming = new CompletableFuture<>();
    Wait wait = whenFree(length, coming::complete);
    try {
      return Optional.of(coming.get(patience.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      // It may have come at the very end of the wait: it counts.
      return wait.cancel() ? Optional.empty() : Optional.of(coming.join());
    } catch (InterruptedException e) {
      if (!wait.cancel()) {
        coming.join().close();
      }
      Thread.currentThread().interrupt();
      throw new DragonflyException(
          ErrorCode.CANCELLED, "interrupted while waiting for a buffer", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e); // it is only ever completed with a lease
    }
  }

  /** Gives what is there to the first in line; the others wait behind him. */
  private void serve() {
    List<Waiter> served = new ArrayList<>();
    synchronized (this) {
      for (Waiter first = line.peek(); first != null && fits(first.length); first = line.peek()) {
        line.poll();
        first.lease = lend(first.length);
        served.add(first);
      }
    }
    for (Waiter waiter : served) {
      if (waiter.lease != null) {
        waiter.then.accept(waiter.lease);
      }
    }
  }

  private boolean leave(Waiter waiter) {
    boolean left;
    synchronized (this) {
      left = line.remove(waiter);
    }
    serve(); // the one behind may be content with less
    return left;
  }

  private boolean fits(int length) {
    return borrowed + length <= limit;
  }

  private BlockLease lend(int length) {
    borrowed += length;
    ArrayDeque<ByteBuffer> same = free.get(length);
    ByteBuffer buffer = same == null ? null : same.poll();
    if (buffer == null) {
      dropSpare(limit - borrowed);
      return new BlockLease(ByteBuffer.allocateDirect(length), this::giveBack);
    }
    spare -= length;
    return new BlockLease(buffer.clear(), this::giveBack);
  }

  /** Buffers of other lengths make room for one of the length that is asked for now. */
  private void dropSpare(long most) {
    Iterator<ArrayDeque<ByteBuffer>> lengths = free.values().iterator();
    while (spare > most && lengths.hasNext()) {
      ArrayDeque<ByteBuffer> buffers = lengths.next();
      while (spare > most && !buffers.isEmpty()) {
        spare -= buffers.pop().capacity();
      }
      if (buffers.isEmpty()) {
        lengths.remove();
      }
    }
  }

  private void giveBack(ByteBuffer buffer) {
    synchronized (this) {
      borrowed -= buffer.capacity();
      spare += buffer.capacity();
      free.computeIfAbsent(buffer.capacity(), length -> new ArrayDeque<>()).push(buffer);
    }
    serve();
  }
}
