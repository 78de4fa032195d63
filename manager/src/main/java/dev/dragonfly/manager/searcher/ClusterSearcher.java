package dev.dragonfly.manager.searcher;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.dragonfly.common.net.Cidr;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Orders clusters by how well they suit a daemon. Nobody is left out: the daemon takes the first
 * cluster that answers, so the order is also its way out when a cluster is down. Pure; any thread.
 */
public final class ClusterSearcher {
  private static final double CIDR_WEIGHT = 0.30;
  private static final double HOSTNAME_WEIGHT = 0.30;
  private static final double IDC_WEIGHT = 0.25;
  private static final double LOCATION_WEIGHT = 0.14;
  private static final double DEFAULT_WEIGHT = 0.01;

  /** Deeper elements of a location do not count. */
  private static final int LOCATION_DEPTH = 5;

  /** Best first; equal ones keep their order. */
  public List<Candidate> rank(List<Candidate> candidates, Daemon daemon) {
    record Scored(Candidate candidate, double score) {}
    return candidates.stream()
        .map(candidate -> new Scored(candidate, score(candidate, daemon)))
        .sorted(Comparator.comparingDouble(Scored::score).reversed())
        .map(Scored::candidate)
        .toList();
  }

  /** From 0, nothing fits, to 1, everything does. */
  double score(Candidate candidate, Daemon daemon) {
    Scopes scopes = candidate.scopes();
    return CIDR_WEIGHT * (inNetwork(scopes.cidrs(), daemon.ip()) ? 1 : 0)
        + HOSTNAME_WEIGHT * (matches(scopes.hostnames(), daemon.hostname()) ? 1 : 0)
        + IDC_WEIGHT * (inIdc(scopes.idc(), daemon.idc()) ? 1 : 0)
        + LOCATION_WEIGHT * nearness(scopes.location(), daemon.location())
        + DEFAULT_WEIGHT * (candidate.isDefault() ? 1 : 0);
  }

  private static boolean inNetwork(List<String> cidrs, String ip) {
    Optional<InetAddress> address = Cidr.address(ip);
    return address.isPresent()
        && cidrs.stream()
            .filter(text -> text.indexOf('/') >= 0)
            .flatMap(text -> Cidr.find(text).stream())
            .anyMatch(cidr -> cidr.contains(address.get()));
  }

  private static boolean matches(List<String> expressions, String hostname) {
    if (hostname.isEmpty()) {
      return false;
    }
    for (String expression : expressions) {
      try {
        if (Pattern.compile(expression).matcher(hostname).find()) {
          return true;
        }
      } catch (PatternSyntaxException e) {
        // A broken expression matches nobody; the others of the cluster still count.
      }
    }
    return false;
  }

  private static boolean inIdc(String idcs, String idc) {
    if (idcs.isEmpty() || idc.isEmpty()) {
      return false;
    }
    if (idcs.equalsIgnoreCase(idc)) {
      return true;
    }
    for (String one : elements(idcs)) {
      if (one.equalsIgnoreCase(idc)) {
        return true;
      }
    }
    return false;
  }

  private static double nearness(String place, String location) {
    if (place.isEmpty() || location.isEmpty()) {
      return 0;
    }
    if (place.equalsIgnoreCase(location)) {
      return 1;
    }
    String[] left = elements(place);
    String[] right = elements(location);
    int depth = Math.min(LOCATION_DEPTH, Math.min(left.length, right.length));
    int same = 0;
    while (same < depth && left[same].equalsIgnoreCase(right[same])) {
      same++;
    }
    return (double) same / LOCATION_DEPTH;
  }

  private static String[] elements(String text) {
    return text.split("\\|", -1);
  }
}
