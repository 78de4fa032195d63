package dev.dragonfly.common.joblist;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.dragonfly.common.error.DragonflyException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a preheat is to fetch, and by whom. Holds secrets: never logged or shown.
 *
 * @param url one content, or empty; beside those of urls
 * @param pieceLength bytes; absent: the daemon decides
 * @param filteredQueryParams names joined by {@code &}
 * @param scope single_seed_peer, all_seed_peers or all_peers; others and empty are the first
 * @param ips these hosts, for the scopes of all; else count of them; else the percentage; else all
 * @param concurrentTaskCount contents at once
 * @param concurrentPeerCount hosts at once for each content
 * @param certificateChain Base64 of DER; managers of upstream put the subjects there instead
 * @param timeout for all of it
 * @param outputPath where hosts are to put the content too
 */
public record PreheatArguments(
    @JsonProperty("url") String url,
    @JsonProperty("urls") List<String> urls,
    @JsonProperty("pieceLength") OptionalLong pieceLength,
    @JsonProperty("tag") String tag,
    @JsonProperty("filtered_query_params") String filteredQueryParams,
    @JsonProperty("headers") Map<String, String> headers,
    @JsonProperty("application") String application,
    @JsonProperty("priority") int priority,
    @JsonProperty("scope") String scope,
    @JsonProperty("ips") List<String> ips,
    @JsonProperty("percentage") OptionalInt percentage,
    @JsonProperty("count") OptionalInt count,
    @JsonProperty("concurrent_task_count") int concurrentTaskCount,
    @JsonProperty("concurrent_peer_count") int concurrentPeerCount,
    @JsonProperty("certificate_chain") List<String> certificateChain,
    @JsonProperty("insecure_skip_verify") boolean insecureSkipVerify,
    @JsonProperty("timeout") Duration timeout,
    @JsonProperty("group_uuid") String groupUuid,
    @JsonProperty("task_uuid") String taskUuid,
    @JsonProperty("object_storage") Optional<ObjectStorage> objectStorage,
    @JsonProperty("hdfs") Optional<Hdfs> hdfs,
    @JsonProperty("output_path") Optional<String> outputPath) {

  @SuppressWarnings("NullAway") // Absent and null arrive as null and become nothing here.
  public PreheatArguments {
    url = url == null ? "" : url;
    urls = urls == null ? List.of() : List.copyOf(urls);
    pieceLength = pieceLength == null ? OptionalLong.empty() : pieceLength;
    tag = tag == null ? "" : tag;
    filteredQueryParams = filteredQueryParams == null ? "" : filteredQueryParams;
    headers = headers == null ? Map.of() : Map.copyOf(headers);
    application = application == null ? "" : application;
    scope = scope == null ? "" : scope;
    ips = ips == null ? List.of() : List.copyOf(ips);
    percentage = percentage == null ? OptionalInt.empty() : percentage;
    count = count == null ? OptionalInt.empty() : count;
    certificateChain = certificateChain == null ? List.of() : List.copyOf(certificateChain);
    timeout = timeout == null ? Duration.ZERO : timeout;
    groupUuid = groupUuid == null ? "" : groupUuid;
    taskUuid = taskUuid == null ? "" : taskUuid;
    objectStorage = objectStorage == null ? Optional.empty() : objectStorage;
    hdfs = hdfs == null ? Optional.empty() : hdfs;
    outputPath = outputPath == null ? Optional.empty() : outputPath;
  }

  /** An object store with what opens it; absent texts are empty. */
  public record ObjectStorage(
      @JsonProperty("region") String region,
      @JsonProperty("endpoint") String endpoint,
      @JsonProperty("access_key_id") String accessKeyId,
      @JsonProperty("access_key_secret") String accessKeySecret,
      @JsonProperty("session_token") String sessionToken,
      @JsonProperty("credential_path") String credentialPath,
      @JsonProperty("predefined_acl") String predefinedAcl,
      @JsonProperty("security_token") String securityToken,
      @JsonProperty("insecure_skip_verify") boolean insecureSkipVerify) {
    @SuppressWarnings("NullAway") // As above.
    public ObjectStorage {
      region = region == null ? "" : region;
      endpoint = endpoint == null ? "" : endpoint;
      accessKeyId = accessKeyId == null ? "" : accessKeyId;
      accessKeySecret = accessKeySecret == null ? "" : accessKeySecret;
      sessionToken = sessionToken == null ? "" : sessionToken;
      credentialPath = credentialPath == null ? "" : credentialPath;
      predefinedAcl = predefinedAcl == null ? "" : predefinedAcl;
      securityToken = securityToken == null ? "" : securityToken;
    }

    @Override
    public String toString() {
      return "ObjectStorage[" + endpoint + "]";
    }
  }

  /** What opens an HDFS. */
  public record Hdfs(@JsonProperty("delegation_token") String delegationToken) {
    @SuppressWarnings("NullAway") // As above.
    public Hdfs {
      delegationToken = delegationToken == null ? "" : delegationToken;
    }

    @Override
    public String toString() {
      return "Hdfs[]";
    }
  }

  /**
   * Reads the argument of a {@link Signature}.
   *
   * @throws DragonflyException INVALID_ARGUMENT
   */
  public static PreheatArguments read(String json) {
    return JobJson.read(json, PreheatArguments.class);
  }

  public String json() {
    return JobJson.write(this);
  }

  /** Without headers and credentials. */
  @Override
  public String toString() {
    return "PreheatArguments[urls=" + urls.size() + ", scope=" + scope + "]";
  }
}
