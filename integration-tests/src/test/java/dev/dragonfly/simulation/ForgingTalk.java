package dev.dragonfly.simulation;

import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.dfdaemon.link.CloseReason;
import dev.dragonfly.dfdaemon.link.TaskLink;
import dev.dragonfly.dfdaemon.link.TaskLinkListener;
import dev.dragonfly.dfdaemon.link.TaskState;
import dev.dragonfly.dfdaemon.storage.BlockLease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Says that it has everything, shows runs that it signed itself, and gives what it likes. */
final class ForgingTalk implements TaskLinkListener {
  private final SimulatedHost host;
  private final SimulatedWorld world;
  private final TaskLink talk;

  ForgingTalk(SimulatedHost host, SimulatedWorld world, TaskLink talk) {
    this.host = host;
    this.world = world;
    this.talk = talk;
  }

  void begin(PeerId self) {
    int pieces = world.content().pieces();
    BitSet all = new BitSet();
    all.set(0, pieces);
    List<SignedRun> runs = new ArrayList<>();
    for (int piece = 0; piece < pieces; piece += Content.PIECES_PER_RUN) {
      runs.add(world.content().run(piece, host.signer(), false));
    }
    talk.open(self, TaskState.COMPLETE, world.content().facts());
    talk.runs(runs);
    talk.have(all);
  }

  @Override
  public void requested(int block) {
    talk.give(block, host.stored());
  }

  @Override
  public void opened(PeerId peer, TaskState state, TaskFacts facts) {}

  @Override
  public void told(TaskState state, TaskFacts facts) {}

  @Override
  public void has(BitSet blocks) {}

  @Override
  public void runs(List<SignedRun> runs) {}

  @Override
  public void cancelled(int block, boolean wasQueued) {}

  @Override
  public void busy(int block, Duration retryAfter) {}

  @Override
  public void missing(int block) {}

  @Override
  public int expected(int block) {
    return -1;
  }

  @Override
  public void progressed(int block, int bytes) {}

  @Override
  public void arrived(int block, BlockLease bytes) {
    bytes.close();
  }

  @Override
  public void dropped(int block, int bytes) {}

  @Override
  public void given(int block, boolean whole) {}

  @Override
  public void closed(CloseReason reason, String why) {}
}
