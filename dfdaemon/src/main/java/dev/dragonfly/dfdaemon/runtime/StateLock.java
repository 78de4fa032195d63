package dev.dragonfly.dfdaemon.runtime;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps two runs on one node apart, from what they decide until all is written: the second would
 * otherwise take what the first has half done for what was there before us, and keep that as its
 * backup. The system lets go of the lock of a process that died; its file then stays for the next
 * run. Of one thread.
 */
final class StateLock implements AutoCloseable {
  private final NodeFolder node;
  private final Path file;
  private final FileChannel channel;
  private final Set<Path> made;

  /** How long another run is waited for. */
  @FunctionalInterface
  interface Patience {
    /** 30 s: a run takes less than a second, and some on a node whose pods all start. */
    Patience OF_A_RUN =
        tries -> {
          LockSupport.parkNanos(100_000_000);
          return tries < 300;
        };

    /**
     * Waits a moment.
     *
     * @param tries how often the lock was not free
     * @return whether to try again
     */
    boolean isLeft(int tries);
  }

  private StateLock(NodeFolder node, Path file, FileChannel channel, Set<Path> made) {
    this.node = node;
    this.file = file;
    this.channel = channel;
    this.made = made;
  }

  /**
   * Takes it.
   *
   * @param file a path on the node
   * @throws DragonflyException DEADLINE_EXCEEDED when another run has it for too long
   */
  static StateLock take(NodeFolder node, Path file, Patience patience) {
    Set<Path> made = new LinkedHashSet<>();
    int tries = 0;
    while (true) {
      Optional<FileChannel> channel = node.lock(file, made);
      if (channel.isPresent()) {
        return new StateLock(node, file, channel.get(), made);
      }
      tries++;
      if (!patience.isLeft(tries)) {
        deleteEmpty(node, made);
        throw new DragonflyException(
            ErrorCode.DEADLINE_EXCEEDED,
            "another dfdaemon runtime works on this node and did not end in time (it holds "
                + file
                + "); nothing was changed, try again");
      }
    }
  }

  /** Folders that were made for it, outermost first. */
  Collection<Path> made() {
    return made;
  }

  /**
   * Folders that are deleted with it, where nothing else is in them. Only those around it: in
   * others the next run may write already.
   */
  void deserts(Collection<Path> folders) {
    folders.stream().filter(file::startsWith).forEach(made::add);
  }

  /**
   * Gives it back. Nothing of it is left, but for an empty folder where others came and went at the
   * same moment.
   */
  @Override
  public void close() {
    // Deleted while it is held: whoever waits for this very file sees that it is gone and makes
    // another.
    node.delete(file);
    try {
      channel.close();
    } catch (IOException e) {
      throw new DragonflyException(ErrorCode.INTERNAL, "cannot close " + file + ": " + e, e);
    }
    deleteEmpty(node, made);
  }

  private static void deleteEmpty(NodeFolder node, Collection<Path> folders) {
    List<Path> innermost = new ArrayList<>(folders);
    innermost.sort(Comparator.comparingInt(Path::getNameCount).reversed());
    innermost.forEach(node::deleteIfEmpty);
  }
}
