package dev.dragonfly.dfdaemon.net;

import dev.dragonfly.common.concurrent.DiskExecutor;
import io.netty.buffer.ByteBuf;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.FileRegion;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;

/**
 * The content file of a task while a piece of it is sent. A range is brought into the page cache on
 * a disk thread before it is handed out, so that sendfile does not stall the event loop on a cold
 * page. Safe for any thread; who waits must be a virtual one.
 */
public final class SentFile implements AutoCloseable {
  private static final Path SINK = Path.of("/dev/null");
  private static final boolean HAS_SINK = Files.isWritable(SINK);
  private static final int SCRATCH_LENGTH = 64 << 10;

  private final DiskExecutor disk;
  private final FileChannel file;

  private SentFile(DiskExecutor disk, FileChannel file) {
    this.disk = disk;
    this.file = file;
  }

  /** Opens the file on a disk thread. */
  public static SentFile open(Path path, DiskExecutor disk) {
    return new SentFile(disk, disk.call(() -> FileChannel.open(path, StandardOpenOption.READ)));
  }

  /** The same without waiting. */
  public static CompletableFuture<SentFile> opening(Path path, DiskExecutor disk) {
    return disk.submit(() -> new SentFile(disk, FileChannel.open(path, StandardOpenOption.READ)));
  }

  /** Brings a range into the page cache; returns when it is there. */
  public void warm(long offset, long length) {
    disk.call(() -> touched(offset, length));
  }

  /** The same without waiting; for event loops. */
  public CompletableFuture<Boolean> warming(long offset, long length) {
    return disk.submit(() -> touched(offset, length));
  }

  private boolean touched(long offset, long length) throws IOException {
    touch(offset, length);
    return true;
  }

  /**
   * Appends a range that is in the page cache to the buffer.
   *
   * @throws EOFException when the file ends before
   */
  public void copy(long offset, int length, ByteBuf buffer) throws IOException {
    for (int done = 0; done < length; ) {
      int n = buffer.writeBytes(file, offset + done, length - done);
      if (n <= 0) {
        throw new EOFException("content file ends at " + (offset + done));
      }
      done += n;
    }
  }

  /** A range for Netty to send; it does not own the file. The receiver releases it. */
  public FileRegion region(long offset, long length) {
    return new BorrowedRegion(file, offset, length);
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** In the kernel, without a copy, where there is a sink; else by reading. */
  private void touch(long offset, long length) throws IOException {
    if (file.size() < offset + length) {
      throw new EOFException("content file ends before " + (offset + length));
    }
    if (!HAS_SINK) {
      read(offset, length);
      return;
    }
    try (FileChannel sink = FileChannel.open(SINK, StandardOpenOption.WRITE)) {
      long done = 0;
      while (done < length) {
        long moved = file.transferTo(offset + done, length - done, sink);
        if (moved <= 0) {
          throw new EOFException("content file ends at " + (offset + done));
        }
        done += moved;
      }
    }
  }

  private void read(long offset, long length) throws IOException {
    ByteBuffer scratch = ByteBuffer.allocate(SCRATCH_LENGTH);
    for (long done = 0; done < length; done += scratch.position()) {
      scratch.clear();
      if (file.read(scratch, offset + done) < 0) {
        throw new EOFException("content file ends at " + (offset + done));
      }
    }
  }

  /** Netty would close the file with the first region that is sent. */
  private static final class BorrowedRegion extends DefaultFileRegion {
    BorrowedRegion(FileChannel file, long position, long count) {
      super(file, position, count);
    }

    @Override
    protected void deallocate() {
      // the file belongs to SentFile
    }
  }
}
