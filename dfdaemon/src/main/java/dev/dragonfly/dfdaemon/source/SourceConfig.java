package dev.dragonfly.dfdaemon.source;

import dev.dragonfly.common.config.DataSize;
import dev.dragonfly.common.net.Cidr;
import dev.dragonfly.common.net.HostAndPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How sources are reached.
 *
 * @param allow networks (CIDR) that may be read although they are loopback, link-local or the like
 * @param deny networks that may not be read
 * @param connectTimeout bound of a connection attempt
 * @param headerTimeout how long a source may think before it answers
 * @param noProgressTimeout how long a body may pause
 * @param rateLimit bytes per second from all sources together; 0 for no limit
 * @param caFile authorities trusted besides those of the JDK, PEM
 * @param nameServers DNS servers, each an address with its port; those of /etc/resolv.conf when
 *     empty
 */
public record SourceConfig(
    List<String> allow,
    List<String> deny,
    Duration connectTimeout,
    Duration headerTimeout,
    Duration noProgressTimeout,
    DataSize rateLimit,
    Optional<Path> caFile,
    List<String> nameServers) {
  public SourceConfig {
    allow = List.copyOf(allow);
    deny = List.copyOf(deny);
    nameServers = List.copyOf(nameServers);
    allow.forEach(Cidr::parse);
    deny.forEach(Cidr::parse);
    nameServers.forEach(SourceConfig::nameServer);
  }

  /** The same with other limits for the answer and for pauses in it. */
  public SourceConfig withPatience(Duration header, Duration noProgress) {
    return new SourceConfig(
        allow, deny, connectTimeout, header, noProgress, rateLimit, caFile, nameServers);
  }

  /** The DNS servers; empty for those of the system. */
  public List<InetSocketAddress> nameServerAddresses() {
    return nameServers.stream().map(SourceConfig::nameServer).toList();
  }

  private static InetSocketAddress nameServer(String text) {
    HostAndPort server = HostAndPort.parse(text);
    InetAddress address =
        Cidr.address(server.host())
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "not a DNS server: '" + text + "' (expected an address with its port)"));
    return new InetSocketAddress(address, server.port());
  }
}
