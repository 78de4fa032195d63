package dev.dragonfly.cluster;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a local cluster is like.
 *
 * @param peers number of ordinary daemons
 * @param dir folder for everything; absent for a temporary one that is removed
 * @param seedRate bytes per second that the seed sends at most; 0 for no limit
 * @param peerRates bytes per second that each ordinary daemon sends at most; those not named send
 *     as fast as they can
 * @param intervals how often services speak to each other
 * @param registries where registries are that the proxies are asked for, by their names
 */
public record ClusterSettings(
    int peers,
    Optional<Path> dir,
    long seedRate,
    List<Long> peerRates,
    Intervals intervals,
    Map<String, String> registries) {
  /**
   * How often services speak to each other.
   *
   * @param holdings how often daemons tell what they hold
   * @param announce how often hosts announce themselves
   * @param jobLease after which silence a manager has lost its jobs to the others
   */
  public record Intervals(Duration holdings, Duration announce, Duration jobLease) {
    private static final Duration USUAL = Duration.ofSeconds(30);

    static final Intervals OF_PRODUCTION = new Intervals(USUAL, USUAL, USUAL);
  }

  /** So many peers, everything else as in production. */
  public static ClusterSettings ofPeers(int peers) {
    return new ClusterSettings(
        peers, Optional.empty(), 0, List.of(), Intervals.OF_PRODUCTION, Map.of());
  }

  /** The same with a limit for the seed. */
  public ClusterSettings withSeedRate(long bytesPerSecond) {
    return new ClusterSettings(peers, dir, bytesPerSecond, peerRates, intervals, registries);
  }

  /** The same in a folder that stays. */
  public ClusterSettings in(Optional<Path> folder) {
    return new ClusterSettings(peers, folder, seedRate, peerRates, intervals, registries);
  }

  /** The same with other intervals, so that tests need not wait for half a minute. */
  public ClusterSettings withIntervals(Duration holdings, Duration announce) {
    return with(new Intervals(holdings, announce, intervals.jobLease()));
  }

  /** The same with another lease for jobs, so that tests need not wait for half a minute. */
  public ClusterSettings withJobLease(Duration lease) {
    return with(new Intervals(intervals.holdings(), intervals.announce(), lease));
  }

  private ClusterSettings with(Intervals others) {
    return new ClusterSettings(peers, dir, seedRate, peerRates, others, registries);
  }

  /** The same with registries that have names of their own. */
  public ClusterSettings withRegistries(Map<String, String> urls) {
    return new ClusterSettings(peers, dir, seedRate, peerRates, intervals, urls);
  }

  /** The same with limits for what ordinary daemons send, the first for the first; 0 is none. */
  public ClusterSettings withPeerRates(List<Long> rates) {
    return new ClusterSettings(peers, dir, seedRate, rates, intervals, registries);
  }
}
