package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Hears what schedulers would be told besides. */
final class FakeReports implements TaskReports {
  final List<Wrong> wrong = new CopyOnWriteArrayList<>();
  private final BlockingQueue<PeerId> gone = new LinkedBlockingQueue<>();

  /** A report of wrong content. */
  record Wrong(TaskId task, PeerId peer, List<HostId> blamed) {}

  @Override
  public void wrongContent(TaskId task, PeerId peer, Collection<HostId> blamed) {
    wrong.add(new Wrong(task, peer, List.copyOf(blamed)));
  }

  @Override
  public void peerGone(TaskId task, PeerId peer) {
    gone.add(peer);
  }

  /** The next peer that is gone; fails after 10 s. */
  PeerId awaitGone() throws InterruptedException {
    PeerId peer = gone.poll(10, TimeUnit.SECONDS);
    if (peer == null) {
      throw new AssertionError("no peer was said to be gone");
    }
    return peer;
  }

  boolean nobodyGone() {
    return gone.isEmpty();
  }
}
