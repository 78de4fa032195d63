package dev.dragonfly.dfdaemon.rpc;

import dev.dragonfly.api.common.v2.Host;
import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.common.wire.HostMapper;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells children once a second how busy this host is: one timer and one measurement for all of
 * them. The monitor guards the set; a stream is written by one thread at a time, with its own
 * monitor held.
 */
final class LoadFeed {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final int MOST_STREAMS = 4096;

  private final Supplier<dev.dragonfly.common.host.Host> host;
  private final Timers timers;
  private final Set<ServerCallStreamObserver<Host>> streams = new LinkedHashSet<>();
  private Timers.@Nullable Timer ticker;

  LoadFeed(Supplier<dev.dragonfly.common.host.Host> host, Timers timers) {
    this.host = host;
    this.timers = timers;
  }

  /** Tells the caller now and every second until he leaves. */
  void add(ServerCallStreamObserver<Host> stream) {
    stream.setOnCancelHandler(() -> remove(stream));
    stream.setOnCloseHandler(() -> remove(stream));
    if (!join(stream)) {
      stream.onError(
          Status.RESOURCE_EXHAUSTED
              .withDescription("%d callers are told already".formatted(MOST_STREAMS))
              .asRuntimeException());
      return;
    }
    Threads.virtual("rpc-load", () -> tell(List.of(stream)));
  }

  private synchronized boolean join(ServerCallStreamObserver<Host> stream) {
    if (streams.size() >= MOST_STREAMS) {
      return false;
    }
    streams.add(stream);
    if (ticker == null) {
      ticker = timers.every(INTERVAL, () -> Threads.virtual("rpc-load", () -> tell(all())));
    }
    return true;
  }

  private synchronized void remove(ServerCallStreamObserver<Host> stream) {
    streams.remove(stream);
    if (streams.isEmpty() && ticker != null) {
      ticker.cancel();
      ticker = null;
    }
  }

  private synchronized List<ServerCallStreamObserver<Host>> all() {
    return List.copyOf(streams);
  }

  /** Who does not take the last message gets no further one. */
  private void tell(List<ServerCallStreamObserver<Host>> to) {
    Host full = HostMapper.toProto(host.get());
    Host network = Host.newBuilder().setNetwork(full.getNetwork()).build();
    for (ServerCallStreamObserver<Host> stream : to) {
      synchronized (stream) {
        if (!stream.isCancelled() && stream.isReady()) {
          stream.onNext(network);
        }
      }
    }
  }
}
