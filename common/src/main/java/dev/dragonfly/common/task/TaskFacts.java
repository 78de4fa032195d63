package dev.dragonfly.common.task;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.digest.ReaderKey;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What is known of a task's content. Only a source reader learns it from the source; everybody else
 * is told. An absent content length means unknown, never empty.
 *
 * @param contentLength bytes of the whole content
 * @param pieceLength bytes of a piece (the last may be shorter)
 * @param responseHeader headers with which the source answered
 * @param digest digest of the whole content
 * @param readerKeys keys of those who read the source and sign digest runs
 * @param version the state of the source that was read; absent until a reader told
 */
public record TaskFacts(
    OptionalLong contentLength,
    OptionalLong pieceLength,
    Map<String, String> responseHeader,
    Optional<Digest> digest,
    List<ReaderKey> readerKeys,
    Optional<SourceVersion> version) {

  /** Nothing known yet. */
  public static final TaskFacts NONE =
      new TaskFacts(
          OptionalLong.empty(), OptionalLong.empty(), Map.of(), Optional.empty(), List.of());

  /** Facts without a version. */
  public TaskFacts(
      OptionalLong contentLength,
      OptionalLong pieceLength,
      Map<String, String> responseHeader,
      Optional<Digest> digest,
      List<ReaderKey> readerKeys) {
    this(contentLength, pieceLength, responseHeader, digest, readerKeys, Optional.empty());
  }

  public TaskFacts {
    responseHeader = Map.copyOf(responseHeader);
    readerKeys = List.copyOf(readerKeys);
  }

  /** Whether the content is known to be empty. */
  public boolean isEmptyContent() {
    return contentLength.isPresent() && contentLength.getAsLong() == 0;
  }

  /** Number of pieces; 0 while it is not known. */
  public int pieceCount() {
    if (contentLength.isEmpty() || pieceLength.isEmpty()) {
      return 0;
    }
    long length = pieceLength.getAsLong();
    long full = contentLength.getAsLong() / length;
    long all = contentLength.getAsLong() % length == 0 ? full : full + 1;
    return (int) Math.min(all, Integer.MAX_VALUE);
  }

  /** Whether these are facts of another content or cut, so that what belongs to it is void. */
  public boolean contradict(TaskFacts other) {
    return differ(contentLength, other.contentLength)
        || differ(pieceLength, other.pieceLength)
        || version.isPresent() && other.version.isPresent() && !version.equals(other.version);
  }

  private static boolean differ(OptionalLong one, OptionalLong other) {
    return one.isPresent() && other.isPresent() && !one.equals(other);
  }

  /** These facts, completed by what the other knows and this does not; keys are united. */
  public TaskFacts merge(TaskFacts other) {
    Set<ReaderKey> keys = new LinkedHashSet<>(readerKeys);
    keys.addAll(other.readerKeys);
    return new TaskFacts(
        contentLength.isPresent() ? contentLength : other.contentLength,
        pieceLength.isPresent() ? pieceLength : other.pieceLength,
        responseHeader.isEmpty() ? other.responseHeader : responseHeader,
        digest.isPresent() ? digest : other.digest,
        List.copyOf(keys),
        version.isPresent() ? version : other.version);
  }

  /** The same facts with the length that became known at the end of a source without one. */
  public TaskFacts withContentLength(long length) {
    return withLengths(OptionalLong.of(length), pieceLength);
  }

  /** The same facts with these lengths. */
  public TaskFacts withLengths(OptionalLong content, OptionalLong piece) {
    return new TaskFacts(content, piece, responseHeader, digest, readerKeys, version);
  }

  /** Whether every reader whose signatures count is trusted; false when none is known. */
  public boolean readersAreTrusted() {
    Set<String> trusted = new HashSet<>();
    readerKeys.stream().filter(ReaderKey::trusted).forEach(key -> trusted.add(key.publicKeyHex()));
    return !trusted.isEmpty()
        && readerKeys.stream().allMatch(key -> trusted.contains(key.publicKeyHex()));
  }

  /** The same facts with these keys. */
  public TaskFacts withReaderKeys(List<ReaderKey> keys) {
    return new TaskFacts(contentLength, pieceLength, responseHeader, digest, keys, version);
  }

  /** The same facts of this state of the source. */
  public TaskFacts withVersion(SourceVersion state) {
    return new TaskFacts(
        contentLength, pieceLength, responseHeader, digest, readerKeys, Optional.of(state));
  }
}
