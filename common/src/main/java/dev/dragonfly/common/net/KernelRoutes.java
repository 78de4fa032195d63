package dev.dragonfly.common.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The machine that this runs on, asked of its kernel. */
public final class KernelRoutes implements Routes {
  /** No packet is sent: connecting a datagram socket only makes the kernel choose a route. */
  @Override
  public Optional<InetAddress> sourceTo(InetSocketAddress destination) {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(destination);
      return Optional.of(socket.getLocalAddress());
    } catch (IOException | UncheckedIOException e) {
      return Optional.empty(); // No route: connect says so unchecked, it is older than that rule.
    }
  }

  @Override
  public List<InetAddress> addresses() {
    try (Stream<NetworkInterface> interfaces = NetworkInterface.networkInterfaces()) {
      return interfaces
          .filter(KernelRoutes::isUp)
          .flatMap(NetworkInterface::inetAddresses)
          .toList();
    } catch (SocketException e) {
      return List.of();
    }
  }

  private static boolean isUp(NetworkInterface one) {
    try {
      return one.isUp();
    } catch (SocketException e) {
      return false;
    }
  }
}
