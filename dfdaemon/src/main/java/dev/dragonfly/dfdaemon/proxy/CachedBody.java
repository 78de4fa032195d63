package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.ByteRange;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.FileRegion;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of a complete content on their way to a client: head and first bytes in one write, the rest
 * from the file to the socket in the kernel. What is not in the page cache is fetched by a disk
 * thread before; a client that takes nothing for too long is let go. Event loop of the connection.
 */
final class CachedBody {
  /** Small contents go as a copy with the head: one system call, and one wake-up of the client. */
  private static final int FIRST = 64 << 10;

  /** In one message; the kernel takes as much of it as fits into the socket. */
  private static final long REGION = 8L * OpenContent.PART;

  /** Bytes that wait in the socket's queue before more are added. */
  private static final long QUEUED = 2L * OpenContent.PART;

  private final ClientResponse response;
  private final OpenContent content;
  private final Duration stallTimeout;
  private final Runnable head;
  private final Consumer<BlobResponseWriter.Outcome> over;
  private final long end;
  private long position;
  private long queued;
  private final Deque<FileRegion> sending = new ArrayDeque<>();
  private boolean warming;
  private boolean finishing;
  private boolean isOver;

  /** The disk failed; told when what was given before has been taken, and the file is free. */
  private BlobResponseWriter.Outcome.@Nullable Stuck failed;

  private @Nullable Future<?> watch;

  /**
   * @param head gives the head of the response away
   * @param over told once how it went
   */
  CachedBody(
      ClientResponse response,
      OpenContent content,
      ByteRange bytes,
      Duration stallTimeout,
      Runnable head,
      Consumer<BlobResponseWriter.Outcome> over) {
    this.response = response;
    this.content = content;
    this.position = bytes.start();
    this.end = bytes.end();
    this.stallTimeout = stallTimeout;
    this.head = head;
    this.over = over;
  }

  /** Sends what can be sent, and goes on by itself. */
  void advance() {
    while (!isOver && failed == null && !warming && position < end && queued < QUEUED) {
      boolean first = !response.isStarted();
      long most = Math.min(end - position, first ? FIRST : REGION);
      long ready = content.warmFrom(position, most);
      if (ready == 0 || first && ready < most) {
        warm(position + ready);
      } else if (first) {
        giveCopy((int) ready);
      } else {
        giveRegion(ready);
      }
    }
    if (!isOver && failed == null && position == end && !finishing) {
      finishing = true;
      response.finish().addListener(this::finished);
    }
    response.flush();
    if (!isOver && watch == null && !warming) {
      watch(taken(), position);
    }
  }

  private void giveCopy(int length) {
    ByteBuf buffer = response.buffer(length);
    try {
      content.copy(position, length, buffer);
    } catch (IOException e) {
      buffer.release();
      stuck(e);
      return;
    }
    head.run();
    queue(response.give(buffer), length, () -> {});
  }

  private void giveRegion(long length) {
    FileRegion region = content.region(position, length);
    sending.add(region);
    queue(response.give(region), length, sending::poll);
  }

  private void queue(ChannelFuture write, long length, Runnable sent) {
    position += length;
    queued += length;
    write.addListener(done -> {
      queued -= length;
      sent.run();
      if (!done.isSuccess()) {
        end(new BlobResponseWriter.Outcome.Over());
      } else if (failed != null) {
        if (queued == 0) {
          end(failed);
        }
      } else if (!finishing) {
        advance();
      }
    });
  }

  private void warm(long from) {
    warming = true;
    content
        .warming(from)
        .whenComplete((done, failure) ->
            response
                .loop()
                .execute(() -> {
                  warming = false;
                  if (failure != null) {
                    stuck(
                        failure instanceof CompletionException e && e.getCause() != null
                            ? e.getCause()
                            : failure);
                  } else if (!response.isOpen()) {
                    end(new BlobResponseWriter.Outcome.Over());
                  } else {
                    advance();
                  }
                }));
  }

  private void stuck(Throwable cause) {
    DragonflyException why =
        new DragonflyException(
            ErrorCode.UNAVAILABLE,
            "task %s lost bytes from %d on: %s".formatted(content.stored().id(), position, cause),
            cause);
    failed = new BlobResponseWriter.Outcome.Stuck(why, position, OptionalLong.of(end));
    response.flush();
    if (queued == 0) {
      end(failed);
    }
  }

  private void finished(Future<?> last) {
    if (last.isSuccess()) {
      response.finished();
    }
    end(new BlobResponseWriter.Outcome.Over());
  }

  private void end(BlobResponseWriter.Outcome outcome) {
    if (isOver) {
      return;
    }
    isOver = true;
    if (watch != null) {
      watch.cancel(false);
    }
    over.accept(outcome);
  }

  /** Of all that was given, how far the client is, as far as its socket tells. */
  private long taken() {
    long taken = position - queued;
    for (FileRegion region : sending) {
      taken += region.transferred();
    }
    return taken;
  }

  /** Looks again and again whether at least a part of what was there to be taken was taken. */
  private void watch(long before, long given) {
    watch =
        response
            .loop()
            .schedule(
                () -> {
                  if (taken() < Math.min(given, before + OpenContent.PART)) {
                    response.letGo();
                    end(new BlobResponseWriter.Outcome.Over());
                    return;
                  }
                  watch(taken(), position);
                },
                stallTimeout.toMillis(),
                TimeUnit.MILLISECONDS);
  }
}
