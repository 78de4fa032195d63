package dev.dragonfly.dfdaemon.dynconfig;

import dev.dragonfly.common.net.HostAndPort;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * How schedulers are found and spoken to.
 *
 * @param addresses {@code host:port} of the schedulers where no manager tells them; names are
 *     resolved again at every refresh
 * @param refreshInterval how often names are resolved again (1 min)
 * @param announceInterval how often this host announces itself (30 s)
 * @param holdingsInterval how often it tells what it holds (30 s)
 * @param connectTimeout how long a connection may take before the next scheduler is tried (1 s)
 * @param headersTimeout how long response headers may take (3 s)
 * @param registerTimeout how long the answer to a register or reschedule may take; longer than a
 *     scheduler waits for its seed (15 s)
 * @param closeTimeout how long the end of a download waits for its last report to arrive (2 s)
 * @param leaveTimeout how long a daemon that stops tries to say so (2 s)
 */
public record SchedulerConfig(
    List<String> addresses,
    Duration refreshInterval,
    Duration announceInterval,
    Duration holdingsInterval,
    Duration connectTimeout,
    Duration headersTimeout,
    Duration registerTimeout,
    Duration closeTimeout,
    Duration leaveTimeout) {
  private static final Duration REFRESH = Duration.ofMinutes(1);
  private static final Duration INTERVAL = Duration.ofSeconds(30);
  private static final Duration CONNECT = Duration.ofSeconds(1);
  private static final Duration HEADERS = Duration.ofSeconds(3);
  private static final Duration REGISTER = Duration.ofSeconds(15);
  private static final Duration LAST_WORD = Duration.ofSeconds(2);

  public SchedulerConfig {
    addresses = addresses == null ? List.of() : List.copyOf(addresses);
    addresses.forEach(HostAndPort::parse);
    refreshInterval = positive("refreshInterval", refreshInterval, REFRESH);
    announceInterval = positive("announceInterval", announceInterval, INTERVAL);
    holdingsInterval = positive("holdingsInterval", holdingsInterval, INTERVAL);
    connectTimeout = positive("connectTimeout", connectTimeout, CONNECT);
    headersTimeout = positive("headersTimeout", headersTimeout, HEADERS);
    registerTimeout = positive("registerTimeout", registerTimeout, REGISTER);
    closeTimeout = positive("closeTimeout", closeTimeout, LAST_WORD);
    leaveTimeout = positive("leaveTimeout", leaveTimeout, LAST_WORD);
  }

  /** All defaults, with these schedulers. */
  public static SchedulerConfig of(List<String> addresses) {
    return new SchedulerConfig(
        addresses, REFRESH, INTERVAL, INTERVAL, CONNECT, HEADERS, REGISTER, LAST_WORD, LAST_WORD);
  }

  private static Duration positive(String key, Duration value, Duration standard) {
    Duration chosen = Objects.requireNonNullElse(value, standard);
    if (!chosen.isPositive()) {
      throw new IllegalArgumentException(key + " must be more than 0, got " + chosen);
    }
    return chosen;
  }
}
