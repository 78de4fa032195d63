package dev.dragonfly.dfdaemon.client;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.wire.AddressMapper;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Where this host connects to because a peer or a scheduler said so: IP literals only, and not
 * those that mean this machine or its link, so that nobody makes all children knock at a service of
 * their own nodes. A host that is itself on loopback (all of a cluster on one machine) may.
 *
 * @param onLoopback whether this host announces a loopback address
 */
public record PeerAddresses(boolean onLoopback) {
  /** As seen from a host that announces this address. */
  public static PeerAddresses from(String ownIp) {
    return new PeerAddresses(
        AddressMapper.endpoint("host.ip", ownIp, 1).getAddress().isLoopbackAddress());
  }

  /**
   * The endpoint of a peer.
   *
   * @throws DragonflyException INVALID_ARGUMENT for what is no address or no port,
   *     PERMISSION_DENIED for one that nobody connects to on another's word
   */
  public InetSocketAddress endpoint(String ip, int port) {
    InetSocketAddress endpoint = AddressMapper.endpoint("host.ip", ip, port);
    InetAddress address = endpoint.getAddress();
    boolean local = address.isLoopbackAddress() && !onLoopback;
    if (local
        || address.isLinkLocalAddress()
        || address.isAnyLocalAddress()
        || address.isMulticastAddress()) {
      throw new DragonflyException(
          ErrorCode.PERMISSION_DENIED, "a peer cannot be at " + ip + ":" + port);
    }
    return endpoint;
  }
}
