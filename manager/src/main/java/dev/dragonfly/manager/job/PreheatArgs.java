package dev.dragonfly.manager.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a preheat is asked for; what is not said gets its default here, and is stored and shown with
 * it. Holds secrets.
 *
 * @param url a file, or the manifest of an image
 * @param pieceLength bytes
 * @param scope anything else than all_seed_peers and all_peers means one seed peer
 * @param timeout nanoseconds
 */
record PreheatArgs(
    @NotNull @Pattern(regexp = "image|file", message = "must be image or file") String type,
    String url,
    @Nullable @Size(max = PreheatArgs.MAX_URLS) List<@NotNull String> urls,
    @Nullable @Min(TaskArgs.SHORTEST_PIECE) @Max(TaskArgs.LONGEST_PIECE) Long pieceLength,
    String tag,
    String application,
    String filteredQueryParams,
    @Nullable Map<String, String> headers,
    String username,
    String password,
    String platform,
    String scope,
    @Nullable @Size(min = 1, max = 100) List<@NotNull String> ips,
    @Nullable @Min(1) @Max(200) Integer count,
    @Nullable @Min(1) @Max(100) Integer percentage,
    @Min(1) @Max(100) Integer concurrentTaskCount,
    @Min(1) @Max(1000) Integer concurrentPeerCount,
    @PositiveOrZero @Max(TaskArgs.LONGEST_TIMEOUT) Long timeout,
    @Nullable ObjectStorageArgs objectStorage,
    @Nullable HdfsArgs hdfs) {
  static final int MAX_URLS = 10_000;
  private static final String ONE_SEED_PEER = "single_seed_peer";
  private static final int TASKS = 8;

  PreheatArgs {
    url = TaskArgs.orEmpty(url);
    tag = TaskArgs.orEmpty(tag);
    application = TaskArgs.orEmpty(application);
    filteredQueryParams = TaskArgs.orUsual(filteredQueryParams);
    username = TaskArgs.orEmpty(username);
    password = TaskArgs.orEmpty(password);
    platform = TaskArgs.orEmpty(platform);
    scope = scope == null || scope.isEmpty() ? ONE_SEED_PEER : scope;
    concurrentTaskCount = TaskArgs.or(concurrentTaskCount, TASKS);
    concurrentPeerCount = TaskArgs.or(concurrentPeerCount, TaskArgs.PEERS);
    timeout = timeout == null || timeout == 0 ? TaskArgs.TIMEOUT : timeout;
  }

  boolean isImage() {
    return type.equals("image");
  }

  /** The files that are named, each once, in order. */
  List<String> files() {
    LinkedHashSet<String> all = new LinkedHashSet<>(urls == null ? List.of() : urls);
    all.add(url);
    all.remove("");
    return List.copyOf(all);
  }

  /** An object store, of what was given. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ObjectStorageArgs(
      @Nullable String region,
      @Nullable String endpoint,
      @Nullable String accessKeyId,
      @Nullable String accessKeySecret,
      @Nullable String sessionToken,
      @Nullable String credentialPath,
      @Nullable String predefinedAcl,
      @Nullable String securityToken,
      @Nullable Boolean insecureSkipVerify) {
    @Override
    public String toString() {
      return "ObjectStorageArgs[" + endpoint + "]";
    }
  }

  /** A cluster of HDFS. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record HdfsArgs(@Nullable String delegationToken) {
    @Override
    public String toString() {
      return "HdfsArgs[]";
    }
  }

  /** Without what is secret. */
  @Override
  public String toString() {
    return "PreheatArgs[" + type + ", urls=" + files().size() + "]";
  }
}
