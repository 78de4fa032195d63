package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.util.Optional;

/**
 * Compares a whole content with the digest that one caller expects: his wish, which decides for him
 * alone. Blocks; on virtual threads.
 */
final class WishCheck {
  private final SourceComparison source;

  WishCheck(SourceComparison source) {
    this.source = source;
  }

  /** The digest to compare with; what a task is named by was compared for all. */
  static Optional<Digest> wish(DownloadRequest request) {
    Optional<Digest> own = TaskIdCalculator.contentDigest(request.spec());
    return request.spec().digest().filter(wish -> !own.equals(Optional.of(wish)));
  }

  /**
   * @return where the content that the caller expects is
   * @throws DragonflyException DIGEST_MISMATCH
   */
  StoredTask check(StoredTask stored, DownloadRequest request, Digest wish) {
    Digest actual = stored.digest(wish.algorithm());
    if (actual.equals(wish)) {
      return stored;
    }
    boolean decided = TaskIdCalculator.contentDigest(request.spec()).isPresent();
    if (decided || request.disableBackToSource()) {
      throw mismatch(stored, actual, wish, "");
    }
    StoredTask given;
    try {
      given = source.withSource(stored, request, wish);
    } catch (DragonflyException e) {
      throw mismatch(stored, actual, wish, "; its source could not be asked: " + e.getMessage());
    }
    Digest truth = given.digest(wish.algorithm());
    if (truth.equals(wish)) {
      return given;
    }
    throw mismatch(stored, truth, wish, ", as its source says");
  }

  private static DragonflyException mismatch(
      StoredTask stored, Digest actual, Digest wish, String more) {
    return new DragonflyException(
        ErrorCode.DIGEST_MISMATCH,
        "content of %s is %s (expected %s)%s: check the digest that was asked for"
            .formatted(stored.spec().publicUrl(), actual, wish, more));
  }
}
