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
import org.jspecify.annotations.Nullable;

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
  /** Values for a configuration that does not say. */
  public static final SourceConfig DEFAULT =
      new SourceConfig(null, null, null, null, null, null, Optional.empty(), null);

  public SourceConfig(
      @Nullable List<String> allow,
      @Nullable List<String> deny,
      @Nullable Duration connectTimeout,
      @Nullable Duration headerTimeout,
      @Nullable Duration noProgressTimeout,
      @Nullable DataSize rateLimit,
      @Nullable Optional<Path> caFile,
      @Nullable List<String> nameServers) {
    this.allow = allow == null ? List.of() : List.copyOf(allow);
    this.deny = deny == null ? List.of() : List.copyOf(deny);
    this.connectTimeout = connectTimeout == null ? Duration.ofSeconds(3) : connectTimeout;
    this.headerTimeout = headerTimeout == null ? Duration.ofSeconds(30) : headerTimeout;
    this.noProgressTimeout = noProgressTimeout == null ? Duration.ofSeconds(20) : noProgressTimeout;
    this.rateLimit = rateLimit == null ? new DataSize(0) : rateLimit;
    this.caFile = caFile == null ? Optional.empty() : caFile;
    this.nameServers = nameServers == null ? List.of() : List.copyOf(nameServers);
    nameServerAddresses();
    this.allow.forEach(Cidr::parse);
    this.deny.forEach(Cidr::parse);
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
