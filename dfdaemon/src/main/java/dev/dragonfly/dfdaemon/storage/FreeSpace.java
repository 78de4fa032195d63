package dev.dragonfly.dfdaemon.storage;

import java.io.IOException;
import java.nio.file.Path;

/** How much room a folder has. A port, so that a full disk can be tried. */
@FunctionalInterface
public interface FreeSpace {
  /** Bytes that can still be written below the folder. */
  long usableBytes(Path folder) throws IOException;
}
