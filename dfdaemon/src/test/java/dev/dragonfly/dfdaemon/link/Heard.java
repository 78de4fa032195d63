package dev.dragonfly.dfdaemon.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.dfdaemon.storage.BlockLease;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;

/** Writes down what the other side says, as text; keeps the bytes of blocks. */
final class Heard implements TaskLinkListener {
  final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  final Map<Integer, byte[]> blocks = new ConcurrentHashMap<>();
  final BlockingQueue<Integer> wishes = new LinkedBlockingQueue<>();
  volatile IntUnaryOperator lengths = block -> -1;
  volatile Runnable onArrival = () -> {};
  volatile boolean keepLeases;
  final List<BlockLease> leases = new java.util.concurrent.CopyOnWriteArrayList<>();

  /** The next event; fails after 10 s. */
  String next() throws InterruptedException {
    String event = events.poll(10, TimeUnit.SECONDS);
    if (event == null) {
      throw new AssertionError("nothing was heard");
    }
    return event;
  }

  /** The next event must be this one. */
  void expect(String event) throws InterruptedException {
    assertThat(next()).isEqualTo(event);
  }

  @Override
  public void opened(PeerId peer, TaskState state, TaskFacts facts) {
    events.add("opened " + peer + " " + state + " " + facts.contentLength());
  }

  @Override
  public void told(TaskState state, TaskFacts facts) {
    events.add("told " + state);
  }

  @Override
  public void has(BitSet said) {
    events.add("has " + said.cardinality() + " to " + said.length());
  }

  @Override
  public void runs(List<SignedRun> runs) {
    events.add("runs " + runs.size());
  }

  @Override
  public void requested(int block) {
    wishes.add(block);
    events.add("requested " + block);
  }

  @Override
  public void cancelled(int block, boolean wasQueued) {
    events.add("cancelled " + block + " " + wasQueued);
  }

  @Override
  public void busy(int block, Duration retryAfter) {
    events.add("busy " + block + " " + retryAfter.toMillis());
  }

  @Override
  public void missing(int block) {
    events.add("missing " + block);
  }

  @Override
  public int expected(int block) {
    return lengths.applyAsInt(block);
  }

  @Override
  public void progressed(int block, int bytes) {
    // Chunks are cut as the link sees fit.
  }

  @Override
  public void arrived(int block, BlockLease bytes) {
    byte[] copy = new byte[bytes.buffer().remaining()];
    bytes.buffer().duplicate().get(copy);
    blocks.put(block, copy);
    if (keepLeases) {
      leases.add(bytes);
    } else {
      bytes.close();
    }
    events.add("arrived " + block);
    onArrival.run();
  }

  @Override
  public void dropped(int block, int bytes) {
    events.add("dropped " + block);
  }

  @Override
  public void given(int block, boolean whole) {
    events.add("given " + block + " " + whole);
  }

  @Override
  public void closed(CloseReason reason, String why) {
    events.add("closed " + reason);
  }
}
