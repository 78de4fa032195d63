package dev.dragonfly.common.task;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Computes the identity of a standard task as upstream does (docs/compatibility.md). */
public final class TaskIdCalculator {
  private static final Pattern BLOB = Pattern.compile("^.*://.*/v2/.*/blobs/([^?]+)(?:\\?.*)?$");
  private static final Pattern BLOB_DIGEST =
      Pattern.compile("(?:sha256:([0-9a-f]{64})|sha512:([0-9a-f]{128}))");

  private TaskIdCalculator() {}

  /**
   * The identity: of the given text, of the blob digest in the URL, or of the normalised URL with
   * tag, application and explicit piece length.
   *
   * @throws IllegalArgumentException when the URL is not one, or its blob digest is malformed
   */
  public static TaskId taskId(TaskSpec spec) {
    return taskId(spec, Optional.empty());
  }

  /** The same, for a source that has revisions (model hubs). */
  public static TaskId taskId(TaskSpec spec, Optional<String> revision) {
    if (spec.contentForId().isPresent()) {
      return hash(spec.contentForId().get());
    }
    if (spec.idFromBlobDigest()) {
      Matcher blob = BLOB.matcher(spec.url());
      if (blob.matches()) {
        return fromBlobDigest(blob.group(1), spec.url());
      }
    }
    return hash(
        UrlNormalizer.normalize(spec.url(), spec.filteredQueryParams())
            + spec.tag().orElse("")
            + spec.application().orElse("")
            + revision.orElse("")
            + (spec.pieceLength().isPresent() ? spec.pieceLength().getAsLong() : "")
            + spec.kind());
  }

  /** Identity of a persistent task: the raw URL with region and endpoint of the object store. */
  public static TaskId persistentTaskId(String url, String region, String endpoint) {
    return hash(url + region + endpoint + TaskKind.PERSISTENT);
  }

  private static TaskId fromBlobDigest(String digest, String url) {
    Matcher matcher = BLOB_DIGEST.matcher(digest);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("malformed blob digest '" + digest + "' in " + url);
    }
    return new TaskId(matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
  }

  private static TaskId hash(String text) {
    try {
      byte[] sha =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return new TaskId(HexFormat.of().formatHex(sha));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
