package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.TaskId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one task in one file, each at its offset. All methods do I/O: on disk threads only.
 */
final class TaskContent {
  private static final int CHUNK = 1 << 20;

  private final TaskId id;
  private final Path file;
  private final StoreParts parts;

  TaskContent(TaskId id, Path file, StoreParts parts) {
    this.id = id;
    this.file = file;
    this.parts = parts;
  }

  Path file() {
    return file;
  }

  /** Makes the file as long as the content, if the file system has room for it. */
  void reserve(long length) throws IOException {
    Files.createDirectories(file.getParent());
    long usable = parts.space().usableBytes(Objects.requireNonNull(file.getParent()));
    if (usable < length) {
      throw noSpace(length, usable, null);
    }
    parts
        .files()
        .with(
            file,
            channel -> {
              if (length > 0 && channel.size() < length) {
                channel.write(ByteBuffer.allocate(1), length - 1);
              } else if (channel.size() > length) {
                channel.truncate(length);
              }
              return channel;
            });
  }

  void write(ByteBuffer data, long offset) throws IOException {
    try {
      parts
          .files()
          .with(
              file,
              channel -> {
                long at = offset;
                while (data.hasRemaining()) {
                  at += channel.write(data, at);
                }
                return channel;
              });
    } catch (NoSuchFileException e) {
      Files.createDirectories(file.getParent());
      write(data, offset);
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains("No space left")) {
        throw noSpace(data.remaining(), 0, e);
      }
      throw e;
    }
  }

  private DragonflyException noSpace(long needed, long usable, @Nullable Throwable cause) {
    return new DragonflyException(
        ErrorCode.NO_SPACE,
        "task %s needs %d bytes in %s, which has %d; free some or move storage.dir"
            .formatted(id, needed, file.getParent(), usable),
        cause);
  }

  int read(long offset, ByteBuffer target, int length) throws IOException {
    return parts
        .files()
        .with(
            file,
            channel -> {
              ByteBuffer part = target.duplicate().limit(target.position() + length);
              long at = offset;
              while (part.hasRemaining()) {
                int n = channel.read(part, at);
                if (n < 0) {
                  throw new IOException(
                      file + " ends at " + at + " (expected " + (offset + length) + ")");
                }
                at += n;
              }
              target.position(target.position() + length);
              return length;
            });
  }

  Digest crc32(ByteRange range) throws IOException {
    CRC32 crc = new CRC32();
    scan(range, crc::update);
    return Digest.ofCrc32(crc.getValue());
  }

  /** Digest of the whole; CRC-32 included. */
  Digest digest(Digest.Algorithm algorithm, long length) throws IOException {
    ByteRange whole = new ByteRange(0, length);
    String name =
        switch (algorithm) {
          case CRC32 -> "";
          case MD5 -> "MD5";
          case SHA1 -> "SHA-1";
          case SHA256 -> "SHA-256";
          case SHA512 -> "SHA-512";
          case BLAKE3 ->
              throw new DragonflyException(
                  ErrorCode.INVALID_ARGUMENT,
                  "blake3 digests cannot be checked here; give sha256 or sha512");
        };
    if (name.isEmpty()) {
      return crc32(whole);
    }
    try {
      MessageDigest digest = MessageDigest.getInstance(name);
      scan(whole, digest::update);
      return new Digest(algorithm, HexFormat.of().formatHex(digest.digest()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + name, e);
    }
  }

  /** Hands the bytes on in chunks, in order. */
  void scan(ByteRange range, Consumer<ByteBuffer> sink) throws IOException {
    ByteBuffer chunk =
        ByteBuffer.allocateDirect((int) Math.min(CHUNK, Math.max(1, range.length())));
    long at = range.start();
    while (at < range.end()) {
      chunk.clear();
      int n = read(at, chunk, (int) Math.min(chunk.capacity(), range.end() - at));
      sink.accept(chunk.flip());
      at += n;
    }
  }

  void force() throws IOException {
    parts
        .files()
        .with(
            file,
            channel -> {
              channel.force(false);
              return channel;
            });
  }

  void delete() throws IOException {
    parts.files().forget(file);
    Files.deleteIfExists(file);
  }
}
