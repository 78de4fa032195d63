package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.announce.Parent;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.dfdaemon.app.DaemonDefaults;
import dev.dragonfly.dfdaemon.client.ParentPieces;
import dev.dragonfly.dfdaemon.storage.BlockBuffers;
import dev.dragonfly.dfdaemon.transfer.PieceAnswer;
import dev.dragonfly.dfdaemon.transfer.PieceClient;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/** Parents of one task, in memory: what they have and what they send is set by the test. */
public final class FakeParents implements ParentPieces, PieceClient {
  private final Map<HostId, FakeParent> byHost = new ConcurrentHashMap<>();
  private final Map<InetSocketAddress, FakeParent> byAddress = new ConcurrentHashMap<>();

  /** Swarms that take pieces from these parents. */
  public SwarmParts parts(ManualTime time, BlockBuffers buffers, SwarmSettings settings) {
    return new SwarmParts(
        this, this, buffers, time, time, new Random(11), settings, Optional.empty());
  }

  public SwarmParts parts(ManualTime time) {
    return parts(time, new BlockBuffers(32, 1 << 20), DaemonDefaults.CONFIG.download().swarm());
  }

  /** Makes the parent known. */
  public FakeParent add(FakeParent parent) {
    byHost.put(parent.parent().host().id(), parent);
    byAddress.put(parent.address(), parent);
    return parent;
  }

  @Override
  public Sync sync(Parent parent, TaskId task, int pieceCount, Listener listener) {
    FakeParent known = byHost.get(parent.host().id());
    if (known == null) {
      throw new AssertionError("the test has no parent " + parent.host().id());
    }
    return known.subscribe(listener);
  }

  @Override
  public PieceAnswer open(InetSocketAddress peer, TaskId task, int piece) {
    FakeParent parent = byAddress.get(peer);
    if (parent == null) {
      throw new DragonflyException(ErrorCode.UNAVAILABLE, "nobody at " + peer);
    }
    return parent.send(piece);
  }

  @Override
  public void close() {}
}
