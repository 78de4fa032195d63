package dev.dragonfly.dfdaemon.runtime;

import java.util.List;

/**
 * A file that we wrote.
 *
 * @param path on the node
 * @param runtime label of whose it is
 * @param sha256 of what we wrote; another one now means that somebody changed it since
 * @param existed whether there was one before, of which the backup is kept
 * @param proxy which we wrote into it
 * @param activation the command after which its runtime knows of a change
 */
record WrittenFile(
    String path,
    String runtime,
    String sha256,
    boolean existed,
    String proxy,
    List<String> activation) {
  WrittenFile {
    activation = List.copyOf(activation);
  }

  RuntimeKind kind() {
    return RuntimeKind.of(runtime);
  }

  /** Whether the text is not what we wrote. */
  boolean differs(String text) {
    return !BeforeUs.sha256(text).equals(sha256);
  }
}
