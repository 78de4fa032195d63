package dev.dragonfly.common.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** Interfaces and routes of a machine. A port, so that other machines can be tried. */
public interface Routes {
  /** The address from which this machine would send there; empty without a route. */
  Optional<InetAddress> sourceTo(InetSocketAddress destination);

  /** Addresses of the interfaces that are up, loopback among them. */
  List<InetAddress> addresses();
}
