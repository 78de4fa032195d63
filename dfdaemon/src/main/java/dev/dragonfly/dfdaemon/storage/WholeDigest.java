package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.task.ByteRange;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The digest of the whole content. Who reads the source checks it in the end; most of the work can
 * be done before, while the rest is still on its way.
 */
final class WholeDigest {
  private final TaskFiles files;
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile Optional<PrefixDigest> prefix = Optional.empty();

  WholeDigest(TaskFiles files) {
    this.files = files;
  }

  /** Goes on with what lies before {@code until}, unless another thread does so now. */
  CompletableFuture<TaskFiles> advance(Digest.Algorithm algorithm, long until) {
    boolean computable =
        algorithm == Digest.Algorithm.SHA256 || algorithm == Digest.Algorithm.SHA512;
    if (!computable || !busy.compareAndSet(false, true)) {
      return CompletableFuture.completedFuture(files);
    }
    if (prefix.isEmpty()) {
      prefix = Optional.of(new PrefixDigest(algorithm, files.content()));
    }
    PrefixDigest ahead = prefix.get();
    return files
        .later("hashing", () -> ahead.advance(until))
        .whenComplete((done, failure) -> busy.set(false));
  }

  /**
   * The digest of the first {@code length} bytes; blocks for the disk.
   *
   * @param verified whether all of them are verified, so that the work done before counts
   */
  Digest of(Digest.Algorithm algorithm, long length, boolean verified) {
    return files.shared("hashing", () -> compute(algorithm, length, verified));
  }

  private Digest compute(Digest.Algorithm algorithm, long length, boolean verified)
      throws IOException {
    Optional<PrefixDigest> ahead = prefix.filter(p -> p.algorithm() == algorithm);
    if (ahead.isPresent() && verified) {
      return ahead.get().finish(length);
    }
    return files.content().digest(algorithm, new ByteRange(0, length));
  }
}
