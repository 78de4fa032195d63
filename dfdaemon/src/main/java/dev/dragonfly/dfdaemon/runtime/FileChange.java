package dev.dragonfly.dfdaemon.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A file that is not as it shall be.
 *
 * @param before as it is; empty: there is none
 * @param after as it shall be; empty: none
 * @param secret whether only its owner may read it, if it is new
 * @param activation the command after which its runtime knows; empty when it sees by itself
 */
public record FileChange(
    Path file,
    Optional<String> before,
    Optional<String> after,
    boolean secret,
    List<String> activation) {
  /** The lines that change, with the lines around them. */
  public String diff() {
    return UnifiedDiff.of(file.toString(), before, after);
  }

  /** What is done to it, in a word. */
  public String verb() {
    return before.isEmpty() ? "create" : after.isEmpty() ? "delete" : "change";
  }
}
