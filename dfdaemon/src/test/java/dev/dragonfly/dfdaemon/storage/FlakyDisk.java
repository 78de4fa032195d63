package dev.dragonfly.dfdaemon.storage;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The real disk, until writes fail on demand; remembers what was forced, and how many are open. */
final class FlakyDisk implements FileOpener {
  final List<Path> forced = new CopyOnWriteArrayList<>();
  final AtomicInteger open = new AtomicInteger();
  final AtomicInteger waiting = new AtomicInteger();
  private volatile CountDownLatch gate = new CountDownLatch(0);
  private volatile String failure = "";

  void failWrites(String message) {
    failure = message;
  }

  /** Writes and opens wait until {@link #goOn}. */
  void hang() {
    gate = new CountDownLatch(1);
  }

  void goOn() {
    gate.countDown();
  }

  private void pass() throws IOException {
    try {
      if (gate.getCount() > 0) {
        waiting.incrementAndGet();
      }
      if (!gate.await(30, TimeUnit.SECONDS)) {
        throw new IOException("the test left the disk hanging");
      }
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
  }

  void heal() {
    failure = "";
  }

  @Override
  public FileChannel open(Path file) throws IOException {
    open.incrementAndGet();
    return new Channel(file, DISK.open(file));
  }

  private final class Channel extends FileChannel {
    private final Path file;
    private final FileChannel real;

    Channel(Path file, FileChannel real) {
      this.file = file;
      this.real = real;
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
      pass();
      if (failure.isEmpty()) {
        return real.write(source, position);
      }
      // A disk that fills up takes a part first.
      ByteBuffer half = source.duplicate().limit(source.position() + source.remaining() / 2);
      real.write(half, position);
      throw new IOException(failure);
    }

    @Override
    public void force(boolean metaData) throws IOException {
      real.force(metaData);
      forced.add(file);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      return real.read(target, position);
    }

    @Override
    public long size() throws IOException {
      return real.size();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
      real.truncate(size);
      return this;
    }

    @Override
    protected void implCloseChannel() throws IOException {
      open.decrementAndGet();
      real.close();
    }

    @Override
    public int read(ByteBuffer target) {
      throw new UnsupportedOperationException("the store reads and writes at positions");
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer source) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long position() {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel position(long position) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
      throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
      throw new UnsupportedOperationException();
    }
  }
}
