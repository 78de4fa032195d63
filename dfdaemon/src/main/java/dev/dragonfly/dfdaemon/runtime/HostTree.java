package dev.dragonfly.dfdaemon.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The files of a node, by their absolute paths there. */
interface HostTree {
  /**
   * The text of a file; empty when there is none.
   *
   * @throws dev.dragonfly.common.error.DragonflyException when it cannot be read or is not UTF-8
   */
  Optional<String> read(Path file);

  /** Names of the files of a folder, sorted; none when there is no such folder. */
  List<String> files(Path folder);

  /** Names of the folders in a folder, sorted; none when there is no such folder. */
  List<String> folders(Path folder);

  /** Whether there is a file or folder. */
  boolean exists(Path path);
}
