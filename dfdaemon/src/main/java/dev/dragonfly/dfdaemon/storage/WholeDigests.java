package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.digest.RunningDigest;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.dfdaemon.storage.wire.JournalRecord;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The digests of the whole content that somebody asked for: each is computed once, in the bulk
 * lane, behind the download, and kept in the journal. What is verified without a gap from the start
 * is hashed as it grows, so that little is left when the last byte arrives; verified bytes never
 * change, so what was hashed stays right. Guarded by its own monitor, under which no I/O is done.
 */
final class WholeDigests {
  /** Bytes hashed at a time: some 5 ms. */
  private static final long SLICE = 8L << 20;

  private final TaskFiles files;
  private final BlockMap blocks;
  private final StoredFacts facts;
  private final Map<Digest.Algorithm, Digest> known = new EnumMap<>(Digest.Algorithm.class);
  private final Map<Digest.Algorithm, Hashing> running = new EnumMap<>(Digest.Algorithm.class);

  WholeDigests(TaskFiles files, BlockMap blocks, StoredFacts facts) {
    this.files = files;
    this.blocks = blocks;
    this.facts = facts;
  }

  /** Takes what the journal says. */
  synchronized void restore(Digest digest) {
    known.put(digest.algorithm(), digest);
  }

  synchronized Optional<Digest> known(Digest.Algorithm algorithm) {
    return Optional.ofNullable(known.get(algorithm));
  }

  /** Computes this digest from now on. */
  CompletableFuture<Digest> expect(Digest.Algorithm algorithm) {
    Hashing hashing;
    synchronized (this) {
      @Nullable Digest there = known.get(algorithm);
      if (there != null) {
        return CompletableFuture.completedFuture(there);
      }
      hashing = running.computeIfAbsent(algorithm, Hashing::new);
    }
    hashing.goOn();
    return hashing.result;
  }

  /** More was verified. */
  void advance() {
    Hashing[] all;
    synchronized (this) {
      all = running.values().toArray(Hashing[]::new);
    }
    for (Hashing hashing : all) {
      hashing.goOn();
    }
  }

  private synchronized void end(Hashing hashing, @Nullable Digest digest) {
    running.remove(hashing.algorithm, hashing);
    if (digest != null) {
      known.put(digest.algorithm(), digest);
    }
  }

  /** One digest on its way. At most one action of it is in the lane. */
  private final class Hashing {
    private final Digest.Algorithm algorithm;
    private final RunningDigest digest;
    final CompletableFuture<Digest> result = new CompletableFuture<>();
    private volatile long position;
    private boolean queued;

    Hashing(Digest.Algorithm algorithm) {
      this.algorithm = algorithm;
      this.digest = new RunningDigest(algorithm);
    }

    void goOn() {
      synchronized (this) {
        if (queued || !hasWork()) {
          return;
        }
        queued = true;
      }
      files
          .bulk("hashing", this::slice)
          .whenComplete((done, failure) -> {
            if (failure != null) {
              end(this, null);
              result.completeExceptionally(failure);
            }
          });
    }

    private boolean hasWork() {
      return !result.isDone() && (position < verifiedUntil() || isWhole());
    }

    private boolean isWhole() {
      return position >= facts.facts().contentLength().orElse(Long.MAX_VALUE);
    }

    private long verifiedUntil() {
      return facts.layout().map(cut -> blocks.verifiedUntil(cut, 0)).orElse(0L);
    }

    private boolean slice() throws IOException {
      long start = position;
      long length = Math.min(SLICE, verifiedUntil() - start);
      if (length > 0) {
        files.content().scan(new ByteRange(start, length), digest::update);
        position = start + length;
      }
      if (isWhole()) {
        Digest whole = digest.finish();
        files.journal().append(new JournalRecord.Whole(Optional.of(whole)));
        end(this, whole);
        result.complete(whole);
      }
      synchronized (this) {
        // Looked at under the lock, so that news between the last look and now is not lost.
        queued = hasWork();
        return queued;
      }
    }
  }
}
