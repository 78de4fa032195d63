package dev.dragonfly.dfdaemon.client;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;

/**
 * Speaks to schedulers in the name of this host. Safe for any thread. All methods but {@link
 * #announcePeer} block up to their deadline, so call them from virtual threads; they throw {@link
 * dev.dragonfly.common.error.DragonflyException} with the scheduler's code, UNAVAILABLE when it
 * cannot be reached and DEADLINE_EXCEEDED.
 */
public interface SchedulerClient extends AutoCloseable {
  /** Opens the conversation of a peer; never blocks, never throws. */
  AnnounceStream announcePeer(
      InetSocketAddress scheduler, TaskId task, PeerId peer, AnnounceStream.Listener listener);

  /** Tells that this host is there; {@code interval} is when it will say so again. */
  void announceHost(InetSocketAddress scheduler, Host host, Duration interval);

  /** Tells that this host leaves. */
  void deleteHost(InetSocketAddress scheduler, Duration deadline);

  /**
   * Asks whether the scheduler knows what is held by its fingerprint; true when it wants
   * everything. False from an upstream scheduler, which is remembered, see {@link #isUpstream}.
   */
  boolean wantsHoldings(InetSocketAddress scheduler, long fingerprint);

  /** Tells what is held, one batch. */
  void reportHoldings(InetSocketAddress scheduler, HoldingsBatch batch);

  /** The peer is gone. */
  void deletePeer(InetSocketAddress scheduler, TaskId task, PeerId peer);

  /** This host no longer holds anything of the task. */
  void deleteTask(InetSocketAddress scheduler, TaskId task);

  /**
   * The whole content did not match its digest although each block was vouched for. An upstream
   * scheduler does not know of this and is not told.
   *
   * @param blamed hosts that vouched: they signed the bytes, or sent them unsigned
   */
  void reportWrongContent(
      InetSocketAddress scheduler, TaskId task, PeerId peer, Collection<HostId> blamed);

  /** Whether the scheduler said that it serves, within the bound. */
  boolean isServing(InetSocketAddress scheduler, Duration bound);

  /**
   * Whether the scheduler was found not to speak our extensions. Such a one takes a register
   * without lengths for an empty task.
   */
  boolean isUpstream(InetSocketAddress scheduler);

  @Override
  void close();
}
