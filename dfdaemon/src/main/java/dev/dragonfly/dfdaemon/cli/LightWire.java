package dev.dragonfly.dfdaemon.cli;

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

/**
 * The light path: frames on a unix socket. Loads neither gRPC nor Netty nor protobuf, which
 * together take longer to start than most downloads.
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
      Optional<FieldReader> first = next();
      if (first.isPresent() && first.get().next()) {
        if (first.get().field() == LightAnswer.END_FIELD_NUMBER) {
          close();
          end(first.get().message());
        }
        if (first.get().field() == LightAnswer.GREETING_FIELD_NUMBER
            && first.get().number() == LightProtocol.VERSION) {
          return new Found.Daemon(this);
        }
      }
      return watch.isOver() ? new Found.Silence() : new Found.Nobody();
    } catch (IOException e) {
      return new Found.Nobody(); // A daemon that was killed leaves its socket.
    }
  }

  @Override
  public void download(DfgetRequest request, Duration limit, DownloadFollower follower) {
    try (Watch watch = new Watch(frames, limit)) {
      send(LightMessages.request(request));
      boolean isEnd = false;
      while (!isEnd) {
        FieldReader answer = next().orElseThrow(() -> ended(watch, limit));
        while (answer.next()) {
          if (answer.field() == LightAnswer.PROGRESS_FIELD_NUMBER) {
            LightMessages.tell(answer.message(), follower);
          } else if (answer.field() == LightAnswer.END_FIELD_NUMBER) {
            isEnd = true;
            end(answer.message());
          }
        }
      }
    }
  }

  private static DragonflyException ended(Watch watch, Duration limit) {
    return watch.isOver()
        ? new DragonflyException(
            ErrorCode.DEADLINE_EXCEEDED, "the daemon did not end within " + limit)
        : new DragonflyException(
            ErrorCode.UNAVAILABLE, "the daemon ended the connection; does it still run?");
  }

  private void send(byte[] request) {
    try {
      frames.write(request);
    } catch (IOException e) {
      // Reading says why: what the daemon said before it closed can still be read.
    }
  }

  /** Absent when the connection has ended, by the daemon or by the watch. */
  private Optional<FieldReader> next() {
    try {
      return frames.read().map(FieldReader::new);
    } catch (FrameChannel.FrameTooLongException e) {
      throw new DragonflyException(
          ErrorCode.INTERNAL, "the daemon said what cannot be read: " + e.getMessage(), e);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Reads how it ended; throws when not well. */
  private static void end(FieldReader end) {
    String code = "";
    String message = "";
    while (end.next()) {
      if (end.field() == LightEnd.ERROR_CODE_FIELD_NUMBER) {
        code = end.text();
      } else if (end.field() == LightEnd.MESSAGE_FIELD_NUMBER) {
        message = end.text();
      }
    }
    if (!code.isEmpty()) {
      throw new DragonflyException(code(code), message);
    }
  }

  private static ErrorCode code(String name) {
    for (ErrorCode code : ErrorCode.values()) {
      if (code.name().equals(name)) {
        return code;
      }
    }
    return ErrorCode.INTERNAL; // A later daemon may know more kinds.
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
