package dev.dragonfly.manager.dispatch;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What is to be fetched, and by whom. Holds secrets: never logged or shown.
 *
 * @param urls contents; those of an image are its blobs
 * @param headers of the requests to the source
 * @param pieceLength bytes
 * @param filteredQueryParams parameters that do not count for the identity
 * @param scope single_seed_peer, all_seed_peers or all_peers
 * @param ips these hosts, for the scopes of all; else count of them; else the percentage; else all
 * @param concurrentTaskCount contents at once, 1 to 100
 * @param concurrentPeerCount hosts at once for each content, 1 to 1000
 * @param timeout for all of it
 * @param finished what an earlier call has finished: not done again
 * @param planned what an earlier call planned; empty: the scheduler chooses
 */
public record PreheatOrder(
    List<String> urls,
    Map<String, String> headers,
    OptionalLong pieceLength,
    String tag,
    String application,
    List<String> filteredQueryParams,
    String scope,
    List<String> ips,
    OptionalInt count,
    OptionalInt percentage,
    int concurrentTaskCount,
    int concurrentPeerCount,
    Duration timeout,
    Optional<ObjectStorage> objectStorage,
    Optional<String> hdfsDelegationToken,
    List<Target> finished,
    List<Target> planned) {
  public PreheatOrder {
    urls = List.copyOf(urls);
    headers = Map.copyOf(headers);
    filteredQueryParams = List.copyOf(filteredQueryParams);
    ips = List.copyOf(ips);
    finished = List.copyOf(finished);
    planned = List.copyOf(planned);
  }

  /** One content on one host. */
  public record Target(String url, String hostId) {}

  /** An object store with what opens it; absent texts are empty. */
  public record ObjectStorage(
      String region,
      String endpoint,
      String accessKeyId,
      String accessKeySecret,
      String sessionToken,
      String credentialPath,
      String predefinedAcl,
      String securityToken,
      boolean insecureSkipVerify) {
    @Override
    public String toString() {
      return "ObjectStorage[" + endpoint + "]";
    }
  }

  /** Without headers and credentials. */
  @Override
  public String toString() {
    return "PreheatOrder[urls=" + urls.size() + ", scope=" + scope + "]";
  }
}
