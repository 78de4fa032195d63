package dev.dragonfly.scheduler.dynconfig;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.net.Cidr;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which announced seeds are believed: those that the manager lists for this cluster, with the same
 * name, address and port, and those whose place the configuration names. Anybody can announce
 * himself as a seed, and seeds are given the credentials of callers. Safe for any thread.
 */
public final class ListedSeeds implements Predicate<Host> {
  private static final Logger LOG = LoggerFactory.getLogger(ListedSeeds.class);

  /** Strangers that are remembered between two looks; others wait for the next one. */
  private static final int MOST_STRANGERS = 256;

  private final boolean anybody;
  private final List<SeedAddress> places;
  private final Set<Seed> strangers = ConcurrentHashMap.newKeySet();
  private volatile List<Place> configured = List.of();
  private volatile Set<Seed> listed = Set.of();
  private volatile Runnable changed = () -> {};
  private volatile Runnable stranger = () -> {};

  private record Seed(String hostname, InetAddress ip, int port) {}

  private record Place(Predicate<InetAddress> addresses, int port) {
    boolean covers(Seed seed) {
      return (port == 0 || port == seed.port()) && addresses.test(seed.ip());
    }
  }

  /**
   * @param addresses places of the configuration, as {@link SeedAddress} reads them
   * @param anybody whether everybody is believed who calls himself a seed
   */
  public ListedSeeds(List<String> addresses, boolean anybody) {
    this.places = addresses.stream().map(SeedAddress::parse).toList();
    this.anybody = anybody;
  }

  /** Calls the one whenever others are believed than before, and the other about a stranger. */
  public void listen(Runnable onChange, Runnable onStranger) {
    changed = onChange;
    stranger = onStranger;
  }

  @Override
  public boolean test(Host host) {
    if (anybody) {
      return true;
    }
    Optional<InetAddress> ip = Cidr.address(host.ip());
    if (ip.isEmpty()) {
      return false;
    }
    Seed seed = new Seed(host.hostname(), ip.get(), host.port());
    if (isListed(seed)) {
      return true;
    }
    if (strangers.size() < MOST_STRANGERS && strangers.add(seed)) {
      stranger.run();
    }
    return false;
  }

  /** How many seeds the manager lists. */
  public int count() {
    return listed.size();
  }

  /** How many announced themselves and are not believed. */
  public int strangers() {
    return strangers.size();
  }

  /** Whether seeds can be believed at all as things are configured. */
  boolean believesNobody() {
    return !anybody && places.isEmpty();
  }

  /** Takes over the list of the manager. */
  void replace(List<Cluster.Seed> seeds) {
    Set<Seed> next = new HashSet<>();
    for (Cluster.Seed seed : seeds) {
      Cidr.address(seed.ip()).ifPresent(ip -> next.add(new Seed(seed.hostname(), ip, seed.port())));
    }
    if (!next.equals(listed)) {
      LOG.info("listed seeds changed seeds={}", next);
      listed = Set.copyOf(next);
      changed.run();
    }
    strangers.removeIf(this::isListed);
  }

  /**
   * Asks DNS for the names of the configuration; a name that can't be resolved is believed less.
   */
  void resolve() {
    List<Place> next = new ArrayList<>();
    for (SeedAddress place : places) {
      try {
        next.add(new Place(place.resolve(), place.port()));
      } catch (UnknownHostException e) {
        LOG.warn("seed address not resolved address={}", place.host());
      }
    }
    configured = List.copyOf(next);
    if (strangers.removeIf(this::isListed)) {
      changed.run();
    }
  }

  /** Those not believed are looked at anew. */
  void forgetStrangers() {
    strangers.clear();
  }

  /** Some of those not believed, for the log. */
  List<String> someStrangers() {
    return strangers.stream().limit(5).map(Seed::toString).toList();
  }

  private boolean isListed(Seed seed) {
    if (listed.contains(seed)) {
      return true;
    }
    for (Place place : configured) {
      if (place.covers(seed)) {
        return true;
      }
    }
    return false;
  }
}
