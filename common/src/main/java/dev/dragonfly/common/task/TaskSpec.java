package dev.dragonfly.common.task;

import dev.dragonfly.common.digest.Digest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a caller asks for: everything that identifies a task and how its source is read. Headers may
 * hold secrets: they are never logged and never stored.
 *
 * @param kind the family
 * @param url source, an absolute URL
 * @param digest digest of the whole content, where the caller knows it
 * @param tag part of the identity
 * @param application part of the identity
 * @param filteredQueryParams query keys that do not take part in the identity
 * @param requestHeader headers for the source
 * @param pieceLength explicit piece length in bytes; part of the identity when present
 * @param contentForId text whose SHA-256 is the identity, instead of the URL
 * @param idFromBlobDigest whether {@code /v2/.../blobs/<digest>} URLs are identified by the digest
 */
public record TaskSpec(
    TaskKind kind,
    String url,
    Optional<Digest> digest,
    Optional<String> tag,
    Optional<String> application,
    List<String> filteredQueryParams,
    Map<String, String> requestHeader,
    OptionalLong pieceLength,
    Optional<String> contentForId,
    boolean idFromBlobDigest) {

  public TaskSpec {
    filteredQueryParams = List.copyOf(filteredQueryParams);
    requestHeader = Map.copyOf(requestHeader);
    if (pieceLength.isPresent() && pieceLength.getAsLong() <= 0) {
      throw new IllegalArgumentException("piece length must be positive: " + pieceLength);
    }
  }

  /** A plain download of {@code url} with nothing else set. */
  public static TaskSpec ofUrl(String url) {
    return new TaskSpec(
        TaskKind.STANDARD,
        url,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Map.of(),
        OptionalLong.empty(),
        Optional.empty(),
        false);
  }

  /** A blob of a registry, as our proxies name it: by its digest alone, wherever it is read. */
  public static TaskSpec ofBlob(String url, Digest digest) {
    return ofDigest(url, digest, Optional.empty());
  }

  /** A manifest of a registry, as our proxies name it. */
  public static TaskSpec ofManifest(String url, Digest digest) {
    return ofDigest(url, digest, Optional.of(TaskIdCalculator.contentOfManifest(digest)));
  }

  private static TaskSpec ofDigest(String url, Digest digest, Optional<String> contentForId) {
    return new TaskSpec(
        TaskKind.STANDARD,
        url,
        Optional.of(digest),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Map.of(),
        OptionalLong.empty(),
        contentForId,
        contentForId.isEmpty());
  }

  /** The same of another URL. */
  public TaskSpec withUrl(String other) {
    return new TaskSpec(
        kind,
        other,
        digest,
        tag,
        application,
        filteredQueryParams,
        requestHeader,
        pieceLength,
        contentForId,
        idFromBlobDigest);
  }

  /** The same task read with other headers. */
  public TaskSpec withRequestHeader(Map<String, String> header) {
    return new TaskSpec(
        kind,
        url,
        digest,
        tag,
        application,
        filteredQueryParams,
        header,
        pieceLength,
        contentForId,
        idFromBlobDigest);
  }

  /** The same task without what this caller believes of its content: to be told to others. */
  public TaskSpec withoutDigest() {
    return new TaskSpec(
        kind,
        url,
        Optional.empty(),
        tag,
        application,
        filteredQueryParams,
        requestHeader,
        pieceLength,
        contentForId,
        idFromBlobDigest);
  }

  /** The URL without user info and query, which may be secrets; for logs and messages. */
  public String publicUrl() {
    return UrlNormalizer.shown(url);
  }

  /** Hides header values and queries: they may be secrets. */
  @Override
  public String toString() {
    return "TaskSpec[kind="
        + kind
        + ", url="
        + publicUrl()
        + ", tag="
        + tag
        + ", app="
        + application
        + "]";
  }
}
