package dev.dragonfly.dfdaemon.net;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Optional;

/**
 * Frames on a stream socket: four bytes of length, big endian, then so many bytes. Blocks; one
 * thread may read while another writes. Closing, from any thread, ends both with an exception.
 */
public final class FrameChannel implements AutoCloseable {
  /** Memory follows what has come, not what was announced. */
  private static final int FIRST_BYTES = 8 << 10;

  private final SocketChannel channel;
  private final int longest;

  /**
   * Takes the channel over.
   *
   * @param longest longest frame that is read
   */
  public FrameChannel(SocketChannel channel, int longest) {
    this.channel = channel;
    this.longest = longest;
  }

  /** A frame was announced that is longer than it may be. */
  public static final class FrameTooLongException extends IOException {
    private static final long serialVersionUID = 1;

    FrameTooLongException(int length, int longest) {
      super(
          "a frame may have %d bytes, %s were announced"
              .formatted(longest, Integer.toUnsignedString(length)));
    }
  }

  /**
   * The next frame; absent when the other side has closed between two frames.
   *
   * @throws EOFException when it closed within a frame
   */
  public Optional<byte[]> read() throws IOException {
    byte[] head = new byte[Integer.BYTES];
    int first = channel.read(ByteBuffer.wrap(head));
    if (first < 0) {
      return Optional.empty();
    }
    fill(head, first);
    int length = ByteBuffer.wrap(head).getInt();
    if (length < 0 || length > longest) {
      throw new FrameTooLongException(length, longest);
    }
    byte[] frame = new byte[Math.min(length, FIRST_BYTES)];
    fill(frame, 0);
    while (frame.length < length) {
      int filled = frame.length;
      frame = Arrays.copyOf(frame, (int) Math.min(length, 2L * filled));
      fill(frame, filled);
    }
    return Optional.of(frame);
  }

  private void fill(byte[] bytes, int from) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(bytes, from, bytes.length - from);
    while (rest.hasRemaining()) {
      if (channel.read(rest) < 0) {
        throw new EOFException("the other side closed within a frame");
      }
    }
  }

  /** Writes a frame; returns when the kernel has taken it. */
  public void write(byte[] frame) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + frame.length);
    bytes.putInt(frame.length).put(frame).flip();
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // It is given up in any case.
    }
  }
}
