package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.dfdaemon.link.CloseReason;
import dev.dragonfly.dfdaemon.link.Link;
import dev.dragonfly.dfdaemon.link.TaskLink;
import dev.dragonfly.dfdaemon.link.TaskLinkListener;
import dev.dragonfly.dfdaemon.link.TaskState;
import dev.dragonfly.dfdaemon.storage.BlockLease;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A conversation with a neighbour whom the test plays: it keeps what was said to it and says what
 * the test lets it say.
 */
final class FakeTalk implements TaskLink, Link {
  private final HostId host;
  private final TaskId task;
  final List<String> said = new CopyOnWriteArrayList<>();

  /** Blocks that it was asked for and that were not taken back. */
  final Set<Integer> asked = Collections.synchronizedSet(new LinkedHashSet<>());

  private @Nullable TaskLinkListener listener;
  private boolean open = true;

  FakeTalk(HostId host, TaskId task) {
    this.host = host;
    this.task = task;
  }

  TaskLinkListener listener() {
    if (listener == null) {
      throw new AssertionError("nobody speaks with " + host);
    }
    return listener;
  }

  void listener(TaskLinkListener told) {
    listener = told;
  }

  /** The neighbour opens, with these runs and blocks. */
  void has(SwarmFixture fixture, TaskState state, List<SignedRun> runs, int... blocks) {
    listener().opened(new PeerId(host.value() + "-peer"), state, TaskFacts.NONE);
    listener().runs(runs);
    BitSet bits = new BitSet();
    Arrays.stream(blocks).forEach(bits::set);
    listener().has(bits);
  }

  /** The neighbour gives a block; whether it was wanted. */
  boolean give(int block, byte[] bytes) {
    asked.remove(block);
    if (listener().expected(block) != bytes.length) {
      listener().dropped(block, bytes.length);
      return false;
    }
    listener().progressed(block, bytes.length);
    listener().arrived(block, BlockLease.unpooled(ByteBuffer.wrap(bytes)));
    return true;
  }

  @Override
  public HostId host() {
    return host;
  }

  @Override
  public TaskLink about(TaskId about, TaskLinkListener told) {
    if (listener == null) {
      listener = told;
    }
    return this;
  }

  @Override
  public Link link() {
    return this;
  }

  @Override
  public TaskId task() {
    return task;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void open(PeerId self, TaskState state, TaskFacts facts) {
    said.add("open " + state);
  }

  @Override
  public void tell(TaskState state, TaskFacts facts) {
    said.add("state " + state);
  }

  @Override
  public void have(BitSet blocks) {
    said.add("have " + blocks);
  }

  @Override
  public void runs(List<SignedRun> runs) {
    runs.forEach(run -> said.add("run " + run.firstBlock() + "-" + run.endBlock()));
  }

  @Override
  public void request(int... blocks) {
    Arrays.stream(blocks).forEach(asked::add);
  }

  @Override
  public void cancel(int block) {
    asked.remove(block);
    said.add("cancel " + block);
  }

  @Override
  public void busy(int block, Duration retryAfter) {
    said.add("busy " + block);
  }

  @Override
  public void missing(int block) {
    said.add("missing " + block);
  }

  @Override
  public void give(int block, StoredTask from) {
    said.add("give " + block);
  }

  @Override
  public int queued() {
    return 0;
  }

  @Override
  public void close(CloseReason reason, String why) {
    open = false;
    said.add("close " + reason);
  }
}
