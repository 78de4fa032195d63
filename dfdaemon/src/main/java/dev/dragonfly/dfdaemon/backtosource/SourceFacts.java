package dev.dragonfly.dfdaemon.backtosource;

import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.TaskFacts;
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
  /** The keys under which the version of the content is kept among the response headers. */
  private static final String ETAG = "etag";

  private static final String LAST_MODIFIED = "last-modified";

  private final StoredTask stored;
  private final TaskSpec spec;
  private final String hostId;
  private final SourceReading reading;

  /**
   * @param spec the task with the headers for its source
   * @param hostId this host, as the owner of the key that signs
   */
  public SourceFacts(StoredTask stored, TaskSpec spec, String hostId, SourceReading reading) {
    this.stored = stored;
    this.spec = spec;
    this.hostId = hostId;
    this.reading = reading;
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

  SourceResponse open(Optional<ByteRange> range) {
    return reading.client().open(new SourceRequest(spec.url(), spec.requestHeader(), range));
  }

  /** Takes over what the source said; this host is among those whose signatures count. */
  void learn(SourceResponse response) {
    take(of(response).merge(authorship()));
  }

  /** Adds this host to those whose signatures count. */
  void claimAuthorship() {
    take(authorship());
  }

  private void take(TaskFacts facts) {
    if (stored.learn(facts, StoredTask.Teller.SOURCE) == StoredTask.Learnt.CONTRADICTED) {
      throw changed(facts.contentLength());
    }
  }

  private TaskFacts authorship() {
    return new TaskFacts(
        OptionalLong.empty(),
        OptionalLong.empty(),
        Map.of(),
        Optional.empty(),
        List.of(ReaderKey.of(hostId, reading.signer().publicKey())));
  }

  private TaskFacts of(SourceResponse response) {
    OptionalLong length = response.contentLength();
    long pieceLength = spec.pieceLength().orElse(PieceLayout.computedPieceLength(length.orElse(0)));
    return new TaskFacts(
        length, OptionalLong.of(pieceLength), response.header(), spec.digest(), List.of());
  }

  /**
   * @throws DragonflyException SOURCE_CHANGED when this answer is of other content than the first
   */
  void checkUnchanged(SourceResponse response) {
    TaskFacts facts = stored.facts();
    boolean otherLength =
        response.contentLength().isPresent()
            && facts.contentLength().isPresent()
            && response.contentLength().getAsLong() != facts.contentLength().getAsLong();
    if (otherLength || differs(ETAG, facts, response) || differs(LAST_MODIFIED, facts, response)) {
      throw changed(response.contentLength());
    }
  }

  private DragonflyException changed(OptionalLong length) {
    return new DragonflyException(
        ErrorCode.SOURCE_CHANGED,
        "the source of task %s changed while it was read (length %s, expected %s): %s; ask for it again"
            .formatted(stored.id(), length, stored.facts().contentLength(), spec.publicUrl()));
  }

  private static boolean differs(String name, TaskFacts facts, SourceResponse response) {
    String before = facts.responseHeader().get(name);
    String now = response.header().get(name);
    return before != null && now != null && !before.equals(now);
  }
}
