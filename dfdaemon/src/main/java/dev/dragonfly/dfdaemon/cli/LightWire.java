package dev.dragonfly.dfdaemon.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskResponse;
import dev.dragonfly.api.ext.v1.LightAnswer;
import dev.dragonfly.api.ext.v1.LightEnd;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.dfdaemon.net.FrameChannel;
import dev.dragonfly.dfdaemon.net.LightProtocol;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The light path: frames on a unix socket. Loads neither gRPC nor Netty, which together take longer
 * to start than most downloads.
 */
final class LightWire implements DaemonWire {
  private final FrameChannel frames;

  private LightWire(FrameChannel frames) {
    this.frames = frames;
  }

  /** What was found at the socket of the light path. */
  sealed interface Found {
    /** A daemon that speaks as we do. */
    record Daemon(LightWire wire) implements Found {}

    /** Nobody, or somebody with another version: there may be gRPC. */
    record Nobody() implements Found {}

    /** Somebody who says nothing: he would not speak gRPC either. */
    record Silence() implements Found {}
  }

  /**
   * Looks who is there.
   *
   * @throws DragonflyException RESOURCE_EXHAUSTED when the daemon has too many connections
   */
  static Found connect(Path socket, Duration patience) {
    if (!Files.exists(socket)) {
      return new Found.Nobody();
    }
    try {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      LightWire wire = new LightWire(new FrameChannel(channel, LightProtocol.ANSWER_BYTES));
      Found found = wire.greet(channel, UnixDomainSocketAddress.of(socket), patience);
      if (!(found instanceof Found.Daemon)) {
        wire.close();
      }
      return found;
    } catch (IOException e) {
      return new Found.Nobody();
    }
  }

  private Found greet(SocketChannel channel, UnixDomainSocketAddress address, Duration patience) {
    // Connecting has to be watched too: it waits while the daemon accepts nobody.
    try (Watch watch = new Watch(frames, patience)) {
      channel.connect(address);
      Optional<LightAnswer> first = next();
      if (first.isPresent() && first.get().hasEnd()) {
        close();
        throw failure(first.get().getEnd());
      }
      if (first.isPresent() && first.get().getGreeting() == LightProtocol.VERSION) {
        return new Found.Daemon(this);
      }
      return watch.isOver() ? new Found.Silence() : new Found.Nobody();
    } catch (IOException e) {
      return new Found.Nobody(); // A daemon that was killed leaves its socket.
    }
  }

  @Override
  public void download(
      DownloadTaskRequest request, Duration limit, Consumer<DownloadTaskResponse> follower) {
    try (Watch watch = new Watch(frames, limit)) {
      send(request);
      Optional<LightAnswer> answer = next();
      while (answer.isPresent() && !answer.get().hasEnd()) {
        follower.accept(answer.get().getProgress());
        answer = next();
      }
      if (answer.isEmpty()) {
        throw watch.isOver()
            ? new DragonflyException(
                ErrorCode.DEADLINE_EXCEEDED, "the daemon did not end within " + limit)
            : new DragonflyException(
                ErrorCode.UNAVAILABLE, "the daemon ended the connection; does it still run?");
      }
      LightEnd end = answer.get().getEnd();
      if (!end.getErrorCode().isEmpty()) {
        throw failure(end);
      }
    }
  }

  private void send(DownloadTaskRequest request) {
    try {
      frames.write(request.toByteArray());
    } catch (IOException e) {
      // Reading says why: what the daemon said before it closed can still be read.
    }
  }

  /** Absent when the connection has ended, by the daemon or by the watch. */
  private Optional<LightAnswer> next() {
    try {
      Optional<byte[]> frame = frames.read();
      return frame.isPresent()
          ? Optional.of(LightAnswer.parseFrom(frame.get()))
          : Optional.empty();
    } catch (InvalidProtocolBufferException | FrameChannel.FrameTooLongException e) {
      throw new DragonflyException(
          ErrorCode.INTERNAL, "the daemon said what cannot be read: " + e.getMessage(), e);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static DragonflyException failure(LightEnd end) {
    for (ErrorCode code : ErrorCode.values()) {
      if (code.name().equals(end.getErrorCode())) {
        return new DragonflyException(code, end.getMessage());
      }
    }
    return new DragonflyException(ErrorCode.INTERNAL, end.getMessage());
  }

  @Override
  public void close() {
    frames.close();
  }

  /** Closes the connection when the time is over, since reading has no limit of its own. */
  private static final class Watch implements AutoCloseable {
    private final CompletableFuture<Void> over;

    Watch(FrameChannel frames, Duration time) {
      over = new CompletableFuture<Void>().orTimeout(time.toMillis(), TimeUnit.MILLISECONDS);
      over.whenComplete((nothing, late) -> {
        if (late != null) {
          frames.close();
        }
      });
    }

    boolean isOver() {
      return over.isCompletedExceptionally();
    }

    @Override
    public void close() {
      over.complete(null);
    }
  }
}
