package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.dfdaemon.net.SentFile;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Sends stored bytes to a client: the first and small contents as a copy, which is there at once,
 * the rest from the file to the socket in the kernel, warmed on disk threads. The content is not
 * removed until this is closed. Used by one virtual thread.
 */
final class ContentSender implements AutoCloseable {
  /** Most bytes at a time; a client that takes none of them within the stall timeout is let go. */
  static final long CHUNK = 1 << 20;

  private static final int SMALL = 256 << 10;
  private static final int FIRST = 64 << 10;

  private final StoredTask stored;
  private final DiskExecutor disk;
  private final ClientResponse response;
  private final StoredTask.Subscription using;
  private @Nullable SentFile file;

  ContentSender(StoredTask stored, DiskExecutor disk, ClientResponse response) {
    this.stored = stored;
    this.disk = disk;
    this.response = response;
    this.using = stored.use();
  }

  /**
   * Sends some of the bytes from the position on; returns how many, 0 when the client is gone.
   *
   * @param until where the bytes end that may be sent
   * @param end where the response ends
   */
  long send(long position, long until, long end) {
    boolean small = end - position <= SMALL;
    boolean first = response.bytes() == 0;
    long length = Math.min(until - position, small || !first ? CHUNK : FIRST);
    boolean taken =
        small || first ? sendCopy(position, (int) length) : sendRegion(position, length);
    return taken ? length : 0;
  }

  private boolean sendCopy(long position, int length) {
    ByteBuf buffer = response.buffer(length);
    boolean filled = false;
    try {
      int read = 0;
      int more = 1;
      while (read < length && more > 0) {
        more = stored.read(position + read, buffer.nioBuffer(read, length - read));
        read += more;
      }
      filled = read == length;
    } finally {
      if (!filled) {
        buffer.release();
      }
    }
    if (!filled) {
      throw new DragonflyException(
          ErrorCode.UNAVAILABLE, "task " + stored.id() + " lost bytes while it was read");
    }
    return response.push(buffer.writerIndex(length));
  }

  private boolean sendRegion(long position, long length) {
    if (file == null) {
      file = SentFile.open(stored.contentFile(), disk);
    }
    file.warm(position, length);
    return response.push(file.region(position, length));
  }

  /** Closes the file when nothing of it is in flight any more. */
  @Override
  public void close() {
    using.close();
    if (file != null) {
      if (response.isStarted() && !response.isEnded()) {
        response.settle();
      }
      file.close();
    }
  }
}
