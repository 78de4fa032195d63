package dev.dragonfly.common.registry;

import dev.dragonfly.common.net.Cidr;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How registries are asked what an image consists of.
 *
 * @param allow networks (CIDR) that may be asked although they are loopback, link-local or the like
 * @param deny networks that may not be asked
 * @param caFile authorities trusted besides those of the JDK, PEM
 * @param timeout for the whole of an image; clients of the manager give up after 30 s
 */
public record ResolverConfig(
    List<String> allow, List<String> deny, Optional<Path> caFile, Duration timeout) {
  public ResolverConfig {
    allow = List.copyOf(allow);
    deny = List.copyOf(deny);
    allow.forEach(Cidr::parse);
    deny.forEach(Cidr::parse);
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException("timeout " + timeout + ", expected more than 0");
    }
  }
}
