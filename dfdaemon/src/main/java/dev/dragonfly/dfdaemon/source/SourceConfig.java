package dev.dragonfly.dfdaemon.source;

import dev.dragonfly.common.config.DataSize;
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
 */
public record SourceConfig(
    List<String> allow,
    List<String> deny,
    Duration connectTimeout,
    Duration headerTimeout,
    Duration noProgressTimeout,
    DataSize rateLimit,
    Optional<Path> caFile) {
  public SourceConfig {
    allow = List.copyOf(allow);
    deny = List.copyOf(deny);
    allow.forEach(Network::parse);
    deny.forEach(Network::parse);
  }

  /** The same with other limits for the answer and for pauses in it. */
  public SourceConfig withPatience(Duration header, Duration noProgress) {
    return new SourceConfig(allow, deny, connectTimeout, header, noProgress, rateLimit, caFile);
  }
}
