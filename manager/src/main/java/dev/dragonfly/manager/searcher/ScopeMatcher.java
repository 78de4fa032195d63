package dev.dragonfly.manager.searcher;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.dragonfly.common.net.Cidr;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The scopes of a cluster, ready to be compared with daemons: a fleet asks every second, scopes
 * change once a month. What does not parse matches nobody. Immutable.
 */
final class ScopeMatcher {
  private static final String SEPARATOR = "\\|";

  /** Deeper elements of a location do not count. */
  private static final int LOCATION_DEPTH = 5;

  private final List<Cidr> networks;
  private final List<Pattern> hostnames;
  private final String idc;
  private final List<String> idcs;
  private final String location;
  private final List<String> places;

  ScopeMatcher(Scopes scopes) {
    this.networks =
        scopes.cidrs().stream()
            .filter(text -> text.indexOf('/') >= 0)
            .flatMap(text -> Cidr.find(text).stream())
            .toList();
    this.hostnames = compiled(scopes.hostnames());
    this.idc = folded(scopes.idc());
    this.idcs = elements(idc);
    this.location = folded(scopes.location());
    this.places = elements(location);
  }

  /** A daemon, taken apart once for all clusters. */
  record Asked(
      List<InetAddress> address,
      String hostname,
      String idc,
      String location,
      List<String> places) {
    static Asked of(Daemon daemon) {
      String location = folded(daemon.location());
      return new Asked(
          Cidr.address(daemon.ip()).stream().toList(),
          daemon.hostname(),
          folded(daemon.idc()),
          location,
          elements(location));
    }
  }

  boolean hasNetworkOf(Asked daemon) {
    for (InetAddress address : daemon.address()) {
      for (Cidr network : networks) {
        if (network.contains(address)) {
          return true;
        }
      }
    }
    return false;
  }

  boolean hasHostname(Asked daemon) {
    if (daemon.hostname().isEmpty()) {
      return false;
    }
    for (Pattern hostname : hostnames) {
      if (hostname.matcher(daemon.hostname()).find()) {
        return true;
      }
    }
    return false;
  }

  boolean hasIdc(Asked daemon) {
    return !idc.isEmpty()
        && !daemon.idc().isEmpty()
        && (idc.equals(daemon.idc()) || idcs.contains(daemon.idc()));
  }

  /** From 0, elsewhere, to 1, at the same place. */
  double nearness(Asked daemon) {
    if (location.isEmpty() || daemon.location().isEmpty()) {
      return 0;
    }
    if (location.equals(daemon.location())) {
      return 1;
    }
    int depth = Math.min(LOCATION_DEPTH, Math.min(places.size(), daemon.places().size()));
    int same = 0;
    while (same < depth && places.get(same).equals(daemon.places().get(same))) {
      same++;
    }
    return (double) same / LOCATION_DEPTH;
  }

  private static List<Pattern> compiled(List<String> expressions) {
    List<Pattern> patterns = new ArrayList<>();
    for (String expression : expressions) {
      try {
        patterns.add(Pattern.compile(expression));
      } catch (PatternSyntaxException e) {
        // A broken expression matches nobody; the others of the cluster still count.
      }
    }
    return patterns;
  }

  private static String folded(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static List<String> elements(String text) {
    return List.of(text.split(SEPARATOR, -1));
  }
}
