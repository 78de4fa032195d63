package dev.dragonfly.dfdaemon.client;

import dev.dragonfly.common.policy.PolicyText;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** Asks the manager. Safe for any thread; blocks up to a deadline, so call from virtual threads. */
public interface ManagerClient extends AutoCloseable {
  /**
   * The schedulers for this daemon, those of the nearest cluster first.
   *
   * @throws dev.dragonfly.common.error.DragonflyException UNAVAILABLE, DEADLINE_EXCEEDED or what
   *     the manager answered
   */
  List<ListedScheduler> listSchedulers(Requester requester);

  @Override
  void close();

  /**
   * A scheduler as the manager knows it.
   *
   * @param address where it serves
   * @param clusterId cluster it belongs to
   * @param policy what that cluster wants of the requester
   */
  record ListedScheduler(InetSocketAddress address, long clusterId, PolicyText policy) {}

  /**
   * Who asks and where it is.
   *
   * @param hostname name of this host
   * @param ip its address
   * @param seed whether it is a seed peer
   * @param idc its data centre
   * @param location its place
   * @param schedulerClusterId cluster it wants; 0 lets the manager choose
   */
  record Requester(
      String hostname,
      String ip,
      boolean seed,
      Optional<String> idc,
      Optional<String> location,
      long schedulerClusterId) {}
}
