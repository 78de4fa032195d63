package dev.dragonfly.dfdaemon.rpc;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskResponse;
import dev.dragonfly.api.ext.v1.LightAnswer;
import dev.dragonfly.api.ext.v1.LightEnd;
import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.dfdaemon.net.FrameChannel;
import dev.dragonfly.dfdaemon.net.LightProtocol;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of the light path. One virtual thread reads the request and then waits for the
 * client to go away; another writes what waits in the outbox, so that no slow client holds up the
 * download. The number of pieces bounds the outbox.
 */
final class LightCall implements DownloadCaller, AutoCloseable {
  /** Within which the request must have come. */
  static final Duration REQUEST_PATIENCE = Duration.ofSeconds(10);

  /** Within which the client must take an answer. */
  static final Duration STALL_PATIENCE = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(LightCall.class);
  private static final LightAnswer GREETING =
      LightAnswer.newBuilder().setGreeting(LightProtocol.VERSION).build();

  private final FrameChannel frames;
  private final LocalDownloads downloads;
  private final Timers timers;
  private final BlockingQueue<LightAnswer> outbox = new LinkedBlockingQueue<>();
  private volatile boolean gone;

  LightCall(SocketChannel channel, LocalDownloads downloads, Timers timers) {
    this.frames = new FrameChannel(channel, LightProtocol.REQUEST_BYTES);
    this.downloads = downloads;
    this.timers = timers;
  }

  /** Serves the connection to its end; blocks a virtual thread. */
  void serve() {
    Timers.Timer deadline = timers.after(REQUEST_PATIENCE, this::close);
    outbox.add(GREETING);
    Thread writer = Threads.virtual("light-answers", this::writeAll);
    try {
      Optional<DownloadTaskRequest> request = request();
      deadline.cancel();
      if (request.isPresent()) {
        Runnable leave = downloads.begin(request.get().getDownload(), this);
        awaitEnd();
        gone = true;
        leave.run();
      } else {
        writer.join(STALL_PATIENCE); // There may be a refusal that it has to write.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close();
    }
  }

  /** Says that there are too many connections; what is said fits into the socket's buffer. */
  void refuse() {
    try (frames) {
      frames.write(
          ended(
                  Optional.of(
                      new DragonflyException(
                          ErrorCode.RESOURCE_EXHAUSTED,
                          "the daemon serves %d commands already; try again"
                              .formatted(LightServer.CONNECTIONS))))
              .toByteArray());
    } catch (IOException e) {
      LOG.debug("a refused client did not listen", e);
    }
  }

  /** Absent when there will be none; where the client can still hear why, it was told. */
  private Optional<DownloadTaskRequest> request() {
    try {
      Optional<byte[]> frame = frames.read();
      if (frame.isPresent()) {
        return Optional.of(DownloadTaskRequest.parseFrom(frame.get()));
      }
      close();
    } catch (FrameChannel.FrameTooLongException | InvalidProtocolBufferException e) {
      end(
          Optional.of(
              new DragonflyException(
                  ErrorCode.INVALID_ARGUMENT, "not a request: " + e.getMessage(), e)));
    } catch (IOException e) {
      LOG.debug("a client left before it asked for anything", e);
      close();
    }
    return Optional.empty();
  }

  /** A client has nothing more to say: whatever comes, its end or more bytes, is the end. */
  private void awaitEnd() {
    try {
      frames.read();
    } catch (IOException e) {
      LOG.trace("connection ended", e);
    }
  }

  private void writeAll() {
    try (this) {
      LightAnswer answer;
      do {
        answer = outbox.take();
        Timers.Timer stalled = timers.after(STALL_PATIENCE, this::close);
        try {
          frames.write(answer.toByteArray());
        } finally {
          stalled.cancel();
        }
      } while (!answer.hasEnd());
    } catch (IOException e) {
      LOG.debug("a client left before the end", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isGone() {
    return gone;
  }

  @Override
  public void tell(DownloadTaskResponse message) {
    outbox.add(LightAnswer.newBuilder().setProgress(message).build());
  }

  @Override
  public void end(Optional<DragonflyException> failure) {
    outbox.add(ended(failure));
  }

  private static LightAnswer ended(Optional<DragonflyException> failure) {
    LightEnd.Builder end = LightEnd.newBuilder();
    failure.ifPresent(
        e -> end.setErrorCode(e.code().name()).setMessage(String.valueOf(e.getMessage())));
    return LightAnswer.newBuilder().setEnd(end).build();
  }

  /** Ends the connection, with whatever waits to be written. */
  @Override
  public void close() {
    gone = true;
    frames.close();
    outbox.clear();
    outbox.add(ended(Optional.empty())); // Wakes the writer, which finds the connection closed.
  }
}
