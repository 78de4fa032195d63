package dev.dragonfly.dfdaemon.host;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.dfdaemon.client.AnnounceStream;
import dev.dragonfly.dfdaemon.client.HoldingsBatch;
import dev.dragonfly.dfdaemon.client.SchedulerClient;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;

/** Schedulers that remember hosts and holdings; each can be down, upstream or hang. */
public class FakeSchedulerClient implements SchedulerClient {

  /** What was asked, in order. */
  public sealed interface Asked {
    InetSocketAddress scheduler();

    record Announce(InetSocketAddress scheduler, Host host) implements Asked {}

    record Leave(InetSocketAddress scheduler) implements Asked {}

    record Probe(InetSocketAddress scheduler, long fingerprint) implements Asked {}

    record Forget(InetSocketAddress scheduler, TaskId task) implements Asked {}

    record Batch(InetSocketAddress scheduler, HoldingsBatch batch) implements Asked {}
  }

  public final LinkedBlockingDeque<Asked> asked = new LinkedBlockingDeque<>();
  public final Map<InetSocketAddress, ErrorCode> failing = new ConcurrentHashMap<>();
  public final Set<InetSocketAddress> upstream = ConcurrentHashMap.newKeySet();
  private final Map<InetSocketAddress, Long> known = new ConcurrentHashMap<>();

  public Asked next() throws InterruptedException {
    Asked next = asked.poll(5, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing was asked within 5 s");
    }
    return next;
  }

  /** Waits a moment for something to be asked; leaves it there. */
  public void awaitAsked() throws InterruptedException {
    Asked first = asked.poll(50, TimeUnit.MILLISECONDS);
    if (first != null) {
      asked.addFirst(first);
    }
  }

  private void ask(Asked what) {
    asked.add(what);
    ErrorCode code = failing.get(what.scheduler());
    if (code != null) {
      throw new DragonflyException(code, "the test said so");
    }
  }

  @Override
  public void announceHost(InetSocketAddress scheduler, Host host, Duration interval) {
    ask(new Asked.Announce(scheduler, host));
  }

  @Override
  public void deleteHost(InetSocketAddress scheduler, Duration deadline) {
    ask(new Asked.Leave(scheduler));
  }

  @Override
  public boolean wantsHoldings(InetSocketAddress scheduler, long fingerprint) {
    ask(new Asked.Probe(scheduler, fingerprint));
    return !upstream.contains(scheduler) && !Long.valueOf(fingerprint).equals(known.get(scheduler));
  }

  @Override
  public void reportHoldings(InetSocketAddress scheduler, HoldingsBatch batch) {
    ask(new Asked.Batch(scheduler, batch));
    if (batch.last()) {
      known.put(scheduler, batch.fingerprint());
    }
  }

  @Override
  public boolean isUpstream(InetSocketAddress scheduler) {
    return upstream.contains(scheduler);
  }

  @Override
  public boolean isServing(InetSocketAddress scheduler, Duration bound) {
    return !failing.containsKey(scheduler);
  }

  @Override
  public AnnounceStream announcePeer(
      InetSocketAddress scheduler, TaskId task, PeerId peer, AnnounceStream.Listener listener) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void reportWrongContent(
      InetSocketAddress scheduler, TaskId task, PeerId peer, Collection<HostId> blamed) {}

  @Override
  public void deletePeer(InetSocketAddress scheduler, TaskId task, PeerId peer) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void deleteTask(InetSocketAddress scheduler, TaskId task) {
    ask(new Asked.Forget(scheduler, task));
  }

  @Override
  public void close() {}
}
