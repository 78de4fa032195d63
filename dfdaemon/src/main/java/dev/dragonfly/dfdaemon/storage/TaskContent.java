package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.task.ByteRange;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/**
 * The bytes of one task in one file, each at its offset. All methods do I/O: on disk threads only.
 */
final class TaskContent {
  private static final int CHUNK = 1 << 20;

  private final Path file;
  private final OpenFiles files;
  private final Room room;

  TaskContent(Path file, OpenFiles files, Room room) {
    this.file = file;
    this.files = files;
    this.room = room;
  }

  Path file() {
    return file;
  }

  /** Bytes of the file; 0 when there is none. */
  long size() throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }

  /**
   * Makes the file as long as the content, if the file system has room for what is missing of it.
   * The file is sparse: other tasks may still take the room, which a later write then reports.
   */
  void reserve(long length) throws IOException {
    Files.createDirectories(file.getParent());
    room.require(Math.max(0, length - size()));
    files.use(
        file,
        channel -> {
          if (length > 0 && channel.size() < length) {
            channel.write(ByteBuffer.allocate(1), length - 1);
          }
        });
  }

  void write(ByteBuffer data, long offset) throws IOException {
    try {
      writeOnce(data, offset);
    } catch (NoSuchFileException e) {
      Files.createDirectories(file.getParent());
      writeOnce(data, offset);
    }
  }

  private void writeOnce(ByteBuffer data, long offset) throws IOException {
    files.use(
        file,
        channel -> {
          long at = offset;
          while (data.hasRemaining()) {
            at += channel.write(data, at);
          }
        });
  }

  /**
   * Reads exactly this many bytes.
   *
   * @throws EOFException when the file ends before
   */
  int read(long offset, ByteBuffer target, int length) throws IOException {
    return files.with(
        file,
        channel -> {
          ByteBuffer part = target.duplicate().limit(target.position() + length);
          long at = offset;
          while (part.hasRemaining()) {
            int n = channel.read(part, at);
            if (n < 0) {
              throw new EOFException(
                  file + " ends at " + at + " (expected " + (offset + length) + ")");
            }
            at += n;
          }
          target.position(target.position() + length);
          return length;
        });
  }

  /** Digest of a part, read from the file. */
  Digest digest(Digest.Algorithm algorithm, ByteRange range) throws IOException {
    if (algorithm == Digest.Algorithm.CRC32) {
      CRC32 crc = new CRC32();
      scan(range, crc::update);
      return Digest.ofCrc32(crc.getValue());
    }
    MessageDigest digest = algorithm.hasher();
    scan(range, digest::update);
    return new Digest(algorithm, HexFormat.of().formatHex(digest.digest()));
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

  void force() throws IOException {
    files.use(
        file,
        channel -> {
          channel.force(false);
        });
  }

  void delete() throws IOException {
    files.forget(file);
    Files.deleteIfExists(file);
  }
}
