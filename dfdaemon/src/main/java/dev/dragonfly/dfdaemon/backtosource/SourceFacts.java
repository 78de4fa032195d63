package dev.dragonfly.dfdaemon.backtosource;

import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.SourceVersion;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.dfdaemon.source.SourceRequest;
import dev.dragonfly.dfdaemon.source.SourceResponse;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What the source says of a task, and whether it still says the same. Blocks; virtual threads. */
public final class SourceFacts {
  private static final String ETAG = "etag";
  private static final String LAST_MODIFIED = "last-modified";

  private final StoredTask stored;
  private final TaskSpec spec;
  private final String hostId;
  private final SourceReading reading;
  private final SourceCallers callers;

  /**
   * @param hostId this host, as the owner of the key that signs
   * @param callers in whose name the source is asked
   */
  public SourceFacts(
      StoredTask stored, String hostId, SourceReading reading, SourceCallers callers) {
    this.stored = stored;
    this.spec = stored.spec();
    this.hostId = hostId;
    this.reading = reading;
    this.callers = callers;
  }

  /**
   * Asks the source for the length, unless it is known. Schedulers of upstream expect it with the
   * register, ours do not.
   *
   * @throws DragonflyException what the source answered
   */
  public void learnLength() {
    if (stored.layout().isEmpty()) {
      try (SourceResponse response = open(Optional.of(new ByteRange(0, 1)))) {
        take(of(response));
      }
    }
  }

  /** Asks in the name of one caller after the other until one is let in. */
  SourceResponse open(Optional<ByteRange> range) {
    while (true) {
      SourceAccess access = callers.current();
      try {
        SourceResponse response =
            reading.client().open(new SourceRequest(access.url(), access.header(), range));
        callers.accepted(access);
        return response;
      } catch (DragonflyException e) {
        boolean refused =
            e.code() == ErrorCode.SOURCE_UNAUTHORIZED || e.code() == ErrorCode.SOURCE_FORBIDDEN;
        if (!refused || !callers.isAnotherLeft(access, e)) {
          throw e;
        }
      }
    }
  }

  /** Takes over what the source said; this host is among those whose signatures count. */
  void learn(SourceResponse response) {
    take(of(response).merge(authorship()));
  }

  private TaskFacts authorship() {
    return TaskFacts.NONE.withReaderKeys(
        List.of(ReaderKey.of(hostId, reading.signer().publicKey()).asTrusted()));
  }

  private TaskFacts of(SourceResponse response) {
    OptionalLong length = response.contentLength();
    long pieceLength = spec.pieceLength().orElse(PieceLayout.computedPieceLength(length.orElse(0)));
    return new TaskFacts(
        length,
        OptionalLong.of(pieceLength),
        response.header(),
        Optional.empty(),
        List.of(),
        Optional.of(version(response.header(), length)));
  }

  /** Content that is named by its digest has one version, whatever tags its registries give it. */
  private SourceVersion version(Map<String, String> header, OptionalLong length) {
    if (TaskIdCalculator.contentDigest(spec).isPresent()) {
      return SourceVersion.NONE;
    }
    return SourceVersion.of(
        Optional.ofNullable(header.get(ETAG)),
        Optional.ofNullable(header.get(LAST_MODIFIED)),
        length);
  }

  /**
   * The source still says what is stored or was told; this host is among those whose signatures
   * count.
   *
   * @throws DragonflyException SOURCE_CHANGED when this answer is of other content
   */
  void confirm(SourceResponse response) {
    TaskFacts facts = stored.facts();
    OptionalLong length = response.contentLength();
    boolean otherLength =
        facts.contradict(TaskFacts.NONE.withLengths(length, OptionalLong.empty()));
    if (otherLength || !isSame(facts, response.header(), length)) {
      throw changed(length);
    }
    take(
        facts.version().isPresent()
            ? authorship()
            : authorship().withVersion(version(response.header(), length)));
  }

  /** The answer that the version was made of may have told its length, or this one may not. */
  private boolean isSame(TaskFacts facts, Map<String, String> header, OptionalLong length) {
    if (facts.version().isEmpty()) {
      Map<String, String> before = facts.responseHeader();
      boolean told = before.containsKey(ETAG) || before.containsKey(LAST_MODIFIED);
      return !told || version(before, length).equals(version(header, length));
    }
    SourceVersion known = facts.version().get();
    return known.equals(version(header, length))
        || known.equals(version(header, facts.contentLength()))
        || known.equals(version(header, OptionalLong.empty()));
  }

  private void take(TaskFacts facts) {
    if (stored.learn(facts, StoredTask.Teller.SOURCE) == StoredTask.Learnt.CONTRADICTED) {
      throw changed(facts.contentLength());
    }
  }

  private DragonflyException changed(OptionalLong length) {
    return new DragonflyException(
        ErrorCode.SOURCE_CHANGED,
        "the source of task %s is of another version than what is held of it (length %s, expected %s): %s; ask for it again"
            .formatted(stored.id(), length, stored.facts().contentLength(), spec.publicUrl()));
  }
}
