package dev.dragonfly.common.task;

import dev.dragonfly.common.digest.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Computes the identity of a task of each kind as upstream does (docs/compatibility.md). */
public final class TaskIdCalculator {
  private static final Pattern BLOB = Pattern.compile("^.*://.*/v2/.*/blobs/([^?]+)(?:\\?.*)?$");
  private static final Pattern BLOB_DIGEST =
      Pattern.compile("(?:sha256:([0-9a-f]{64})|sha512:([0-9a-f]{128}))");

  private static final String MANIFEST = "manifest ";
  private static final int BUFFER = 64 << 10;

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
      return ofContent(spec.contentForId().get());
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

  /**
   * Identity of a persistent cache task: the bytes of the file with tag, application and explicit
   * piece length. Reads to the end and does not close; for a disk thread.
   *
   * @param pieceLength bytes, only where the caller asks for a length
   * @throws IOException when reading the content fails
   */
  public static TaskId persistentCacheTaskId(
      InputStream content,
      Optional<String> tag,
      Optional<String> application,
      OptionalLong pieceLength)
      throws IOException {
    MessageDigest sha = Digest.Algorithm.SHA256.hasher();
    byte[] buffer = new byte[BUFFER];
    for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
      sha.update(buffer, 0, n);
    }
    return finish(
        sha,
        tag.orElse("")
            + application.orElse("")
            + (pieceLength.isPresent() ? pieceLength.getAsLong() : "")
            + TaskKind.PERSISTENT_CACHE);
  }

  /** Identity of a task whose caller gives the text to compute it from, of any kind. */
  public static TaskId ofContent(String content) {
    return hash(content);
  }

  /**
   * The digest of the whole content where the identity is that digest: the only digest that is a
   * fact of a task. What a caller believes ({@link TaskSpec#digest()}) is his own wish.
   */
  public static Optional<Digest> contentDigest(TaskSpec spec) {
    if (spec.contentForId().isPresent()) {
      return manifest(spec.contentForId().get());
    }
    if (!spec.idFromBlobDigest()) {
      return Optional.empty();
    }
    if (isNamedAsGiven(spec)) {
      return spec.digest();
    }
    Matcher blob = BLOB.matcher(spec.url());
    return blob.matches() && BLOB_DIGEST.matcher(blob.group(1)).matches()
        ? Optional.of(Digest.parse(blob.group(1)))
        : Optional.empty();
  }

  /**
   * As our proxies name blobs, which they ask again for each answer: without a regular expression.
   */
  private static boolean isNamedAsGiven(TaskSpec spec) {
    return spec.digest()
        .filter(digest ->
            (digest.algorithm() == Digest.Algorithm.SHA256
                    || digest.algorithm() == Digest.Algorithm.SHA512)
                && spec.url().contains("://")
                && spec.url().contains("/v2/")
                && spec.url().endsWith("/blobs/" + digest))
        .isPresent();
  }

  /** The text from which our proxies compute the id of a manifest, whatever registry has it. */
  public static String contentOfManifest(Digest digest) {
    return MANIFEST + digest;
  }

  private static Optional<Digest> manifest(String content) {
    return content.startsWith(MANIFEST)
            && BLOB_DIGEST.matcher(content.substring(MANIFEST.length())).matches()
        ? Optional.of(Digest.parse(content.substring(MANIFEST.length())))
        : Optional.empty();
  }

  private static TaskId fromBlobDigest(String digest, String url) {
    Matcher matcher = BLOB_DIGEST.matcher(digest);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "malformed blob digest '" + digest + "' in " + UrlNormalizer.shown(url));
    }
    return new TaskId(matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
  }

  private static TaskId hash(String text) {
    return finish(Digest.Algorithm.SHA256.hasher(), text);
  }

  private static TaskId finish(MessageDigest sha, String text) {
    sha.update(text.getBytes(StandardCharsets.UTF_8));
    return new TaskId(HexFormat.of().formatHex(sha.digest()));
  }
}
