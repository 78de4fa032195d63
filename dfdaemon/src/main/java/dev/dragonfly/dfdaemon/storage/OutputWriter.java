package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.ByteRange;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes a task to where its caller wants it: into a file beside the target, then moved there
 * atomically. Nothing half-written is ever left. A hard link shares the file with the cache, where
 * a later change to it would be found as corruption: it is made only when asked for.
 */
public final class OutputWriter {
  /** Characters of the target's name that go into the temporary one: names end at 255 bytes. */
  private static final int MAX_NAME = 40;

  /** Bytes copied at a time. */
  private static final long SLICE = 8L << 20;

  private static final AtomicLong NUMBERS = new AtomicLong();

  private final DiskExecutor disk;

  public OutputWriter(DiskExecutor disk) {
    this.disk = disk;
  }

  /**
   * Whether the target can be written, before anything is downloaded for it.
   *
   * @throws DragonflyException ALREADY_EXISTS, PERMISSION_DENIED, INVALID_ARGUMENT, saying what to
   *     do
   */
  public void checkWritable(Path target, boolean overwrite) {
    disk.call(() -> {
      check(target, overwrite);
      return null;
    });
  }

  private static void check(Path target, boolean overwrite) {
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null || !target.isAbsolute()) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT, "the output path must be absolute: " + target);
    }
    if (Files.isDirectory(target)) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT, "the output is a folder: " + target + "; name a file in it");
    }
    if (Files.exists(target) && !overwrite) {
      throw new DragonflyException(
          ErrorCode.ALREADY_EXISTS,
          "the output exists: " + target + "; give --overwrite to replace it");
    }
    if (!Files.isDirectory(folder)) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT,
          "there is no folder " + folder + " for the output; create it first");
    }
    if (!Files.isWritable(folder)) {
      throw new DragonflyException(
          ErrorCode.PERMISSION_DENIED,
          "the daemon may not write into " + folder + "; choose another output");
    }
  }

  /**
   * Writes the output; the bytes must be verified already. Blocks.
   *
   * @param range the bytes to write; absent for the whole
   * @throws DragonflyException as {@link #checkWritable}, or NO_SPACE, or INTERNAL
   */
  public void write(
      StoredTask task,
      Optional<ByteRange> range,
      Path target,
      boolean overwrite,
      boolean hardLink) {
    checkWritable(target, overwrite);
    disk.callBulk(new Output(task, range, target, overwrite, hardLink));
  }

  /** One output on its way; a slice may not hold up the other work of the lane. */
  private static final class Output implements DiskExecutor.SlicedWork {
    private final StoredTask task;
    private final Path target;
    private final boolean overwrite;
    private final boolean link;
    private final Path temp;
    private final long end;
    private long position;
    private @Nullable FileChannel in;
    private @Nullable FileChannel out;

    Output(
        StoredTask task,
        Optional<ByteRange> range,
        Path target,
        boolean overwrite,
        boolean hardLink) {
      this.task = task;
      this.target = target;
      this.overwrite = overwrite;
      this.link = hardLink && range.isEmpty();
      this.temp = target.resolveSibling(tempName(target, task));
      long length = task.facts().contentLength().orElseThrow();
      this.position = range.map(ByteRange::start).orElse(0L);
      this.end = Math.min(range.map(ByteRange::end).orElse(length), length);
    }

    @Override
    public boolean advance() {
      try {
        if (link) {
          Files.deleteIfExists(temp);
          link(task, temp);
        } else if (copySlice()) {
          return true;
        }
        publish(temp, target, overwrite);
        return false;
      } catch (FileAlreadyExistsException e) {
        throw new DragonflyException(
            ErrorCode.ALREADY_EXISTS, "the output appeared meanwhile: " + target, e);
      } catch (IOException e) {
        throw new DragonflyException(
            DiskSpace.isFull(e) ? ErrorCode.NO_SPACE : ErrorCode.INTERNAL,
            "cannot write the output " + target + ": " + e + "; choose another output",
            e);
      }
    }

    /**
     * In the kernel; file systems that can share blocks do so, and no byte is copied. Not forced to
     * the disk: the cache is, so a lost output costs no download.
     */
    private boolean copySlice() throws IOException {
      FileChannel to = out;
      if (to == null) {
        Files.deleteIfExists(temp);
        to = FileChannel.open(temp, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        out = to;
      }
      FileChannel from = in;
      if (position < end && from == null) {
        from = FileChannel.open(task.contentFile(), StandardOpenOption.READ);
        in = from;
      }
      if (position < end && from != null) {
        long n = from.transferTo(position, Math.min(SLICE, end - position), to);
        if (n <= 0) {
          throw new EOFException("the content ends at " + position + " (expected " + end + ")");
        }
        position += n;
      }
      return position < end;
    }

    @Override
    public void end() {
      closeQuietly(in);
      closeQuietly(out);
      deleteQuietly(temp);
    }
  }

  private static void closeQuietly(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // Nothing that was written depends on it: the output is published or removed.
    }
  }

  /** Unlike the name of any other writer, in this process or another. */
  private static String tempName(Path target, StoredTask task) {
    String name = String.valueOf(target.getFileName());
    return "."
        + name.substring(0, Math.min(name.length(), MAX_NAME))
        + "."
        + task.id().value().substring(0, 8)
        + "."
        + ProcessHandle.current().pid()
        + "."
        + NUMBERS.incrementAndGet()
        + ".part";
  }

  private static void link(StoredTask task, Path temp) throws IOException {
    try {
      Files.createLink(temp, task.contentFile());
      OwnerOnly.allowReading(temp);
    } catch (IOException | UnsupportedOperationException e) {
      throw new DragonflyException(
          ErrorCode.FAILED_PRECONDITION,
          "no hard link from the cache to %s is possible (%s); give an output on the file system of storage.dir, or do not force a hard link"
              .formatted(temp.getParent(), e),
          e);
    }
  }

  /** Makes the file visible under its name in one step. */
  private static void publish(Path temp, Path target, boolean overwrite) throws IOException {
    if (overwrite) {
      Files.move(temp, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return;
    }
    try {
      Files.createLink(target, temp); // unlike a move it fails when the target exists
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException | UnsupportedOperationException e) {
      // A file system without links.
      if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileAlreadyExistsException(target.toString());
      }
      Files.move(temp, target, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private static void deleteQuietly(Path temp) {
    try {
      Files.deleteIfExists(temp);
    } catch (IOException e) {
      // The next attempt deletes it first.
    }
  }
}
