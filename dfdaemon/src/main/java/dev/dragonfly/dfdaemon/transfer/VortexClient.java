package dev.dragonfly.dfdaemon.transfer;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.limit.Bandwidth;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskKind;
import dev.dragonfly.dfdaemon.net.EventLoops;
import dev.dragonfly.dfdaemon.net.ReceivedContent;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fetches pieces over Vortex, a connection for each. Sockets are read on event loops, the caller
 * reads the content on its own virtual thread. Safe for any thread.
 */
public final class VortexClient implements PieceClient {
  private static final int MIN_READ = 4 << 10;
  private static final int FIRST_READ = 64 << 10;
  private static final int MAX_READ = 256 << 10;
  private static final long CLOSE_SECONDS = 2;
  private static final Duration MIN_PAUSE = Duration.ofMillis(50);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(10);

  private final PieceClientConfig config;
  private final Bandwidth limit;
  private final Bootstrap bootstrap;
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

  /**
   * Opens nothing yet.
   *
   * @param limit bandwidth of all downloads together
   */
  public VortexClient(PieceClientConfig config, EventLoops loops, Bandwidth limit) {
    this.config = config;
    this.limit = limit;
    this.bootstrap =
        new Bootstrap()
            .group(loops.group())
            .channel(loops.channel())
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) config.connectTimeout().toMillis())
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(MIN_READ, FIRST_READ, MAX_READ));
  }

  @Override
  public PieceAnswer open(InetSocketAddress peer, TaskId task, int piece) {
    String what = "piece %d of task %s from %s".formatted(piece, task, peer);
    if (task.value().length() != VortexCodec.TASK_ID_LENGTH) {
      throw new DragonflyException(
          ErrorCode.NOT_FOUND,
          what + ": the piece protocol carries task ids of 64 characters only");
    }
    Packet.PieceRequest request =
        new Packet.PieceRequest(Packet.PieceRequest.KNOWS_BUSY, TaskKind.STANDARD, task, piece);
    PieceReceiver receiver = new PieceReceiver(request, what);
    Channel channel = connect(peer, receiver, what);
    ReceivedContent body =
        new ReceivedContent(channel, receiver.content(), limit, config.noProgress(), what);
    try {
      return switch (answer(receiver, what)) {
        case Packet.PieceContent head ->
            new PieceResponse(
                head.number(), head.offset(), head.length(), digest(head, what), body);
        case Packet.Busy busy -> {
          body.close();
          yield new PieceAnswer.Busy(bounded(busy.retryAfter()));
        }
      };
    } catch (DragonflyException e) {
      body.close();
      throw e;
    }
  }

  @Override
  public void close() {
    connections.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
  }

  private Channel connect(InetSocketAddress peer, PieceReceiver receiver, String what) {
    ChannelFuture connecting = bootstrap.clone().handler(receiver).connect(peer);
    connections.add(connecting.channel());
    try {
      Duration patience = config.connectTimeout().multipliedBy(2);
      if (connecting.await(patience.toMillis(), TimeUnit.MILLISECONDS) && connecting.isSuccess()) {
        return connecting.channel();
      }
    } catch (InterruptedException e) {
      connecting.channel().close();
      Thread.currentThread().interrupt();
      throw new DragonflyException(ErrorCode.CANCELLED, what + ": interrupted", e);
    }
    connecting.channel().close();
    throw new DragonflyException(
        ErrorCode.UNAVAILABLE, what + ": cannot connect; ask another parent", connecting.cause());
  }

  /** A peer must not make this host wait for ever, nor ask without a pause. */
  private static Duration bounded(Duration retryAfter) {
    if (retryAfter.compareTo(MIN_PAUSE) < 0) {
      return MIN_PAUSE;
    }
    return retryAfter.compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : retryAfter;
  }

  private Packet.Answer answer(PieceReceiver receiver, String what) {
    try {
      return receiver.answer().get(config.noProgress().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DragonflyException failure) {
        throw failure;
      }
      throw new DragonflyException(ErrorCode.INTERNAL, what + ": failed", e.getCause());
    } catch (TimeoutException e) {
      throw new DragonflyException(
          ErrorCode.DEADLINE_EXCEEDED,
          what + ": no answer within " + config.noProgress() + "; ask another parent",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DragonflyException(ErrorCode.CANCELLED, what + ": interrupted", e);
    }
  }

  private static Optional<Digest> digest(Packet.PieceContent head, String what) {
    if (head.digest().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Digest.parse(head.digest()));
    } catch (IllegalArgumentException e) {
      throw new DragonflyException(ErrorCode.INTERNAL, what + ": sent a digest that is none", e);
    }
  }
}
