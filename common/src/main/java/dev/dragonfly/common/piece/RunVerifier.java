package dev.dragonfly.common.piece;

import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.task.TaskId;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;

/** Checks digest runs against the keys of a task's source readers. Safe for any thread. */
public final class RunVerifier {
  private final Set<String> trusted = new HashSet<>();

  /** What a check found. */
  public sealed interface Result {}

  /** A source reader of the task signed it. */
  public record Valid() implements Result {}

  /** Signed by somebody of whom the scheduler has not told. */
  public record UnknownKey(String publicKeyHex) implements Result {}

  /** The signature does not match. */
  public record BadSignature() implements Result {}

  public RunVerifier(Collection<ReaderKey> keys) {
    keys.forEach(key -> trusted.add(key.publicKeyHex()));
  }

  /** Checks one run. */
  public Result verify(TaskId task, SignedRun run) {
    String key = HexFormat.of().formatHex(run.publicKey());
    if (!trusted.contains(key)) {
      return new UnknownKey(key);
    }
    return matches(task, run) ? new Valid() : new BadSignature();
  }

  static boolean matches(TaskId task, SignedRun run) {
    return Ed25519.verify(
        run.publicKey(),
        RunText.of(
            task,
            run.version(),
            run.origin(),
            run.blockLength(),
            run.firstBlock(),
            run.digests(),
            run.contentLength()),
        run.signature());
  }
}
