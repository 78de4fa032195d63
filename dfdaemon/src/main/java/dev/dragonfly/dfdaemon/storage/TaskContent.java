package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.digest.RunningDigest;
import dev.dragonfly.common.piece.BlockDigests;
import dev.dragonfly.common.task.ByteRange;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The bytes of one task in one file, each at its offset. All methods do I/O: on disk threads only.
 */
final class TaskContent {
  private static final int CHUNK = 1 << 20;

  private final StoredFile file;
  private final OpenFiles files;
  private final DiskSpace space;

  /**
   * Whoever waits for the kernel's lock of the file spins: two writers of one file took 0.6 s of
   * processor time per GB in memory, taking turns here 0.4 s. It is held for one write, for which
   * the kernel would let the others wait as well.
   */
  private final Lock writing = new ReentrantLock();

  TaskContent(Path path, OpenFiles files, DiskSpace space) {
    this.file = new StoredFile(path);
    this.files = files;
    this.space = space;
  }

  Path path() {
    return file.path;
  }

  /** Bytes of the file; 0 when there is none. */
  long size() throws IOException {
    return Files.exists(file.path) ? Files.size(file.path) : 0;
  }

  /**
   * Makes the file exactly as long as the content, if the file system has room for what is missing
   * of it. The file is sparse: other tasks may still take the room, which a later write then
   * reports.
   */
  void reserve(long length) throws IOException {
    space.require(Math.max(0, length - size()));
    files.use(
        file,
        channel -> {
          if (channel.size() > length) {
            channel.truncate(length); // told too long before
          }
          if (channel.size() < length) {
            channel.write(ByteBuffer.allocate(1), length - 1);
          }
        });
  }

  /** Writes all of it. The kernel lets one at a time write into a file, see {@link #writing}. */
  void write(ByteBuffer data, long offset) throws IOException {
    writing.lock();
    try {
      files.use(
          file,
          channel -> {
            long at = offset;
            while (data.hasRemaining()) {
              at += channel.write(data, at);
            }
          });
    } finally {
      writing.unlock();
    }
  }

  /**
   * Reads exactly this many bytes.
   *
   * @throws EOFException when the file ends before
   */
  int read(long offset, ByteBuffer target, int length) throws IOException {
    files.use(
        file,
        channel -> {
          ByteBuffer part = target.duplicate().limit(target.position() + length);
          long at = offset;
          while (part.hasRemaining()) {
            int n = channel.read(part, at);
            if (n < 0) {
              throw new EOFException(
                  file.path + " ends at " + at + " (expected " + (offset + length) + ")");
            }
            at += n;
          }
        });
    target.position(target.position() + length);
    return length;
  }

  /** Digest of a block as it lies in the file, see {@link BlockDigests}. */
  byte[] blockDigest(ByteRange block) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) block.length());
    read(block.start(), bytes, bytes.capacity());
    return BlockDigests.of(bytes.flip());
  }

  /** CRC-32 of a part, read from the file. */
  Digest crc32(ByteRange range) throws IOException {
    RunningDigest crc = new RunningDigest(Digest.Algorithm.CRC32);
    scan(range, crc::update);
    return crc.finish();
  }

  /** Hands the bytes on in chunks, in order. */
  void scan(ByteRange range, Consumer<ByteBuffer> sink) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate((int) Math.clamp(range.length(), 1, CHUNK));
    long at = range.start();
    while (at < range.end()) {
      chunk.clear();
      int n = read(at, chunk, (int) Math.min(chunk.capacity(), range.end() - at));
      sink.accept(chunk.flip());
      at += n;
    }
  }

  /** See {@link OwnerOnly#seal}. */
  void seal() throws IOException {
    OwnerOnly.seal(file.path);
  }

  void force() throws IOException {
    files.use(file, channel -> channel.force(false));
  }

  /** What a task that could not be read has left under this name is not ours. */
  void deleteLeftover() throws IOException {
    if (file.gone) {
      throw new NoSuchFileException(file.path.toString());
    }
    Files.deleteIfExists(file.path);
  }

  void move(Path target) throws IOException {
    files.move(file, target);
  }

  void delete() throws IOException {
    files.delete(file);
  }

  /** Makes no file from now on. */
  void abandon() {
    file.gone = true;
  }
}
