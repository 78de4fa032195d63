package dev.dragonfly.scheduler.dynconfig;

import dev.dragonfly.common.net.Cidr;
import dev.dragonfly.common.net.HostAndPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A place of the configuration where seeds are believed: {@code host:port}, or without a port a
 * name, an address or a network in CIDR form. A name stands for all its addresses.
 *
 * @param host name or address; empty when this is a network
 * @param network the network, when this is one
 * @param port 0 for every port
 */
public record SeedAddress(String host, Optional<Cidr> network, int port) {
  /**
   * Reads it.
   *
   * @throws IllegalArgumentException saying what is expected
   */
  public static SeedAddress parse(String text) {
    Optional<Cidr> network = Cidr.find(text);
    if (network.isPresent()) {
      return new SeedAddress("", network, 0);
    }
    if (text.isBlank() || text.indexOf('/') >= 0) {
      throw new IllegalArgumentException(
          "not the place of a seed: '%s' (expected host:port, a name, an address or CIDR)"
              .formatted(text));
    }
    if (text.indexOf(':') < 0) {
      return new SeedAddress(text, Optional.empty(), 0);
    }
    HostAndPort address = HostAndPort.parse(text);
    return new SeedAddress(address.host(), Optional.empty(), address.port());
  }

  /** The addresses that it stands for now. Asks DNS for a name: blocks. */
  Predicate<InetAddress> resolve() throws UnknownHostException {
    if (network.isPresent()) {
      return network.get()::contains;
    }
    List<InetAddress> all =
        Arrays.stream(InetAddress.getAllByName(host)).map(Cidr::unmapped).toList();
    return all::contains;
  }
}
