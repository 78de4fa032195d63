package dev.dragonfly.dfdaemon.link;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.limit.Bandwidth;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.common.time.SystemTimers;
import dev.dragonfly.dfdaemon.app.DaemonDefaults;
import dev.dragonfly.dfdaemon.net.EventLoops;
import dev.dragonfly.dfdaemon.storage.BlockBuffers;
import dev.dragonfly.dfdaemon.storage.MemoryTaskStore;
import dev.dragonfly.dfdaemon.transfer.TransferListener;
import dev.dragonfly.dfdaemon.transfer.VortexServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** One host with a port where it speaks both dialects. */
final class LinkHost implements AutoCloseable {
  static final TaskId TASK = new TaskId("ab".repeat(32));

  final HostId id;
  final EventLoops loops = new EventLoops(2);
  final DiskExecutor disk = new DiskExecutor(2, 256, "link-disk");
  final SystemTimers timers = new SystemTimers("link-timers");
  final BlockBuffers buffers;
  final Links links;
  final VortexServer server;
  final MemoryTaskStore store;
  final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
  final AtomicInteger open = new AtomicInteger();
  volatile Acceptor acceptor =
      (conversation, peer, state, facts) -> {
        Heard heard = new Heard();
        asked.add(new Asked(conversation, peer, state, heard));
        return heard;
      };

  /** One conversation that another host began. */
  record Asked(TaskLink conversation, PeerId peer, TaskState state, Heard heard) {}

  LinkHost(String name, Path folder) {
    this(name, folder, "", 32, Bandwidth.unlimited());
  }

  /**
   * @param settings of the session, as in a file
   */
  LinkHost(String name, Path folder, String settings, int buffers, Bandwidth upload) {
    this.id = new HostId(name);
    this.buffers = new BlockBuffers(buffers, 1 << 20);
    this.store = new MemoryTaskStore(folder);
    this.server =
        new VortexServer(
            DaemonDefaults.parse("upload: {port: 0, requestTimeout: 5s}").upload(),
            loops,
            store,
            disk,
            upload,
            SystemTime.INSTANCE,
            TransferListener.NONE);
    this.links =
        new Links(
            DaemonDefaults.parse("session: {" + settings + "}").session(),
            new LinkGround(
                id,
                server::port,
                loops,
                disk,
                this.buffers,
                upload,
                Bandwidth.unlimited(),
                SystemTime.INSTANCE,
                timers),
            new LinkListener() {
              @Override
              public void linkOpened(HostId host) {
                open.incrementAndGet();
              }

              @Override
              public void linkClosed(HostId host) {
                open.decrementAndGet();
              }
            });
    links.start(
        (conversation, peer, state, facts) -> acceptor.asked(conversation, peer, state, facts));
    server.start(links::accept);
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
  }

  PeerId peer() {
    return new PeerId(id + "-00000000-0000-0000-0000-000000000001");
  }

  CompletableFuture<LinkOutcome> dial(LinkHost other) {
    CompletableFuture<LinkOutcome> outcome = new CompletableFuture<>();
    links.connect(other.id, other.address(), outcome::complete);
    return outcome;
  }

  Link linkTo(LinkHost other) throws Exception {
    return switch (dial(other).get(10, TimeUnit.SECONDS)) {
      case LinkOutcome.Linked linked -> linked.link();
      case LinkOutcome.Plain plain -> throw new AssertionError(plain.toString());
      case LinkOutcome.Failed failed -> throw new AssertionError(failed.toString());
    };
  }

  Asked nextAsked() throws InterruptedException {
    Asked next = asked.poll(10, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nobody asked");
    }
    return next;
  }

  /** Opens the conversation on both sides and returns what the dialler hears. */
  Pair talk(LinkHost other) throws Exception {
    Heard heard = new Heard();
    TaskLink mine = linkTo(other).about(TASK, heard);
    mine.open(peer(), TaskState.GROWING, TaskFacts.NONE);
    Asked theirs = other.nextAsked();
    theirs.conversation().open(other.peer(), TaskState.COMPLETE, TaskFacts.NONE);
    heard.expect("opened " + other.peer() + " COMPLETE OptionalLong.empty");
    return new Pair(mine, heard, theirs.conversation(), theirs.heard());
  }

  /** Both ends of a conversation. */
  record Pair(TaskLink mine, Heard heard, TaskLink theirs, Heard theirHeard) {}

  @Override
  public void close() {
    server.close();
    links.close();
    loops.close();
    timers.close();
    disk.close();
  }
}
