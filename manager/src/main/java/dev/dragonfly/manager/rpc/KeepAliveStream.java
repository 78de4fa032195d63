package dev.dragonfly.manager.rpc;

import com.google.protobuf.Empty;
import dev.dragonfly.api.manager.v2.KeepAliveRequest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.manager.instance.InstanceKey;
import dev.dragonfly.manager.instance.InstanceKind;
import dev.dragonfly.manager.instance.KeepAlive;
import dev.dragonfly.manager.instance.KeepAlives;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * The manager's end of one keep-alive stream: the first message says who speaks, all say that it
 * lives, the end says that it does not. Called by gRPC for one event at a time, on virtual threads.
 */
final class KeepAliveStream implements StreamObserver<KeepAliveRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(KeepAliveStream.class);

  /** More frequent signs of life are not worth a write each. */
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);

  private final KeepAlives keepAlives;
  private final Time time;
  private final StreamObserver<Empty> response;
  private @Nullable KeepAlive current;
  private @Nullable InstanceKey identity;
  private boolean identified;
  private long storedAt;
  private boolean answered;

  KeepAliveStream(KeepAlives keepAlives, Time time, StreamObserver<Empty> response) {
    this.keepAlives = keepAlives;
    this.time = time;
    this.response = response;
  }

  @Override
  public void onNext(KeepAliveRequest request) {
    if (answered) {
      return;
    }
    try {
      if (!identified) {
        begin(request);
        identified = true;
        return;
      }
      refresh(request);
    } catch (RuntimeException e) {
      answered = true;
      end();
      response.onError(Answer.status(e));
    }
  }

  @Override
  public void onError(Throwable failure) {
    LOG.debug("keep-alive stream broke keepAlive={} cause={}", current, failure.toString());
    end();
  }

  @Override
  public void onCompleted() {
    end();
    if (!answered) {
      answered = true;
      response.onNext(Empty.getDefaultInstance());
      response.onCompleted();
    }
  }

  private void begin(KeepAliveRequest request) {
    RequestRules.source(request.getSourceType());
    RequestRules.hostname(request.getHostname());
    RequestRules.optionalIp(request.getIp());
    RequestRules.clusterId(request.getClusterId());
    Optional<InstanceKind> kind = kind(request);
    if (kind.isEmpty()) {
      return;
    }
    InstanceKey key =
        new InstanceKey(kind.get(), request.getHostname(), request.getIp(), request.getClusterId());
    identity = key;
    storedAt = time.nanos();
    current = keepAlives.begin(key).orElseThrow(() -> unknown(key));
  }

  /** A stream speaks for one instance to its end. */
  private void refresh(KeepAliveRequest request) {
    KeepAlive last = current;
    InstanceKey key = identity;
    if (last == null || key == null) {
      return;
    }
    RequestRules.same("hostname", key.hostName(), request.getHostname());
    RequestRules.same("ip", key.ip(), request.getIp());
    RequestRules.same("cluster id", key.clusterId(), request.getClusterId());
    long now = time.nanos();
    if (now - storedAt < SHORTEST_PAUSE.toNanos()) {
      return;
    }
    storedAt = now;
    try {
      current = keepAlives.refresh(last).orElseThrow(() -> unknown(last.key()));
    } catch (DataAccessException | TransactionException e) {
      // The next message tries again; if the database stays away, all expire alike.
      LOG.warn("keep-alive not stored {}", last, e);
    }
  }

  private void end() {
    KeepAlive last = current;
    current = null;
    if (last == null) {
      return;
    }
    try {
      keepAlives.end(last);
    } catch (RuntimeException e) {
      LOG.warn("end of keep-alive not stored, it will expire {}", last, e);
    }
  }

  /** Ordinary peers may send keep-alives; nothing is kept about them here. */
  private static Optional<InstanceKind> kind(KeepAliveRequest request) {
    return switch (request.getSourceType()) {
      case SCHEDULER_SOURCE -> Optional.of(InstanceKind.SCHEDULER);
      case SEED_PEER_SOURCE -> Optional.of(InstanceKind.SEED_PEER);
      case PEER_SOURCE, UNRECOGNIZED -> Optional.empty();
    };
  }

  private static DragonflyException unknown(InstanceKey key) {
    return new DragonflyException(
        ErrorCode.NOT_FOUND,
        "tried to keep alive "
            + key
            + ", got no such row (expected a registered one); register first, then retry");
  }
}
