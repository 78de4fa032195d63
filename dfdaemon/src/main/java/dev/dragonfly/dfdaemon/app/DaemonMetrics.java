package dev.dragonfly.dfdaemon.app;

import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.observe.Metrics;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.dfdaemon.host.Traffic;
import dev.dragonfly.dfdaemon.link.LinkListener;
import dev.dragonfly.dfdaemon.piece.DownloadListener;
import dev.dragonfly.dfdaemon.transfer.TransferListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What the daemon received and sent, as meters and for its announcements. Safe for any thread. */
final class DaemonMetrics implements DownloadListener, TransferListener, LinkListener, Traffic {
  private final Map<From, Counter> received = new EnumMap<>(From.class);
  private final Map<PieceFailure, Counter> failures = new EnumMap<>(PieceFailure.class);
  private final Map<Refusal, Counter> refusals = new EnumMap<>(Refusal.class);
  private final Counter wasted;
  private final Counter pieces;
  private final Counter sent;
  private final Counter linkReceived;
  private final Counter linkSent;
  private final AtomicInteger links = new AtomicInteger();
  private final AtomicInteger awaitedBuffers = new AtomicInteger();
  private final AtomicLong receivedBytes = new AtomicLong();
  private final AtomicLong sentBytes = new AtomicLong();
  private final AtomicInteger uploads = new AtomicInteger();
  private final long maxSendRate;
  private final long maxReceiveRate;

  /** Rates in bytes per second, 0 for no limit. */
  DaemonMetrics(Metrics metrics, long maxSendBytes, long maxReceiveBytes) {
    MeterRegistry registry = metrics.registry();
    for (From from : From.values()) {
      received.put(
          from, registry.counter("dragonfly_dfdaemon_received_bytes", "from", lower(from.name())));
    }
    for (PieceFailure failure : PieceFailure.values()) {
      failures.put(
          failure,
          registry.counter("dragonfly_dfdaemon_piece_failures", "reason", lower(failure.name())));
    }
    for (Refusal refusal : Refusal.values()) {
      refusals.put(
          refusal,
          registry.counter("dragonfly_dfdaemon_upload_refused", "reason", lower(refusal.name())));
    }
    wasted = registry.counter("dragonfly_dfdaemon_wasted_bytes");
    pieces = registry.counter("dragonfly_dfdaemon_pieces");
    sent = registry.counter("dragonfly_dfdaemon_sent_bytes");
    registry.gauge("dragonfly_dfdaemon_uploads", uploads);
    linkReceived = registry.counter("dragonfly_dfdaemon_link_received_bytes");
    linkSent = registry.counter("dragonfly_dfdaemon_link_sent_bytes");
    registry.gauge("dragonfly_dfdaemon_links", links);
    registry.gauge("dragonfly_dfdaemon_link_buffers_awaited", awaitedBuffers);
    this.maxSendRate = maxSendBytes * Byte.SIZE;
    this.maxReceiveRate = maxReceiveBytes * Byte.SIZE;
  }

  /** Every value of the enum has its counter. */
  private static <K extends Enum<K>> Counter of(Map<K, Counter> counters, K key) {
    return Objects.requireNonNull(counters.get(key));
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  @Override
  public void received(From from, long bytes) {
    of(received, from).increment((double) bytes);
    receivedBytes.addAndGet(bytes);
  }

  @Override
  public void wasted(long bytes) {
    wasted.increment((double) bytes);
  }

  @Override
  public void pieceFinished(Piece piece) {
    pieces.increment();
  }

  @Override
  public void pieceFailed(OptionalInt piece, PeerId parent, PieceFailure failure) {
    of(failures, failure).increment();
  }

  @Override
  public void uploadStarted(TaskId task, InetAddress to) {
    uploads.incrementAndGet();
  }

  @Override
  public void bytesSent(TaskId task, InetAddress to, long bytes) {
    sent.increment((double) bytes);
    sentBytes.addAndGet(bytes);
  }

  @Override
  public void uploadEnded(TaskId task, InetAddress to, boolean whole) {
    uploads.decrementAndGet();
  }

  @Override
  public void uploadRefused(InetAddress from, Refusal why) {
    of(refusals, why).increment();
  }

  @Override
  public void linkOpened(HostId host) {
    links.incrementAndGet();
  }

  @Override
  public void linkClosed(HostId host) {
    links.decrementAndGet();
  }

  @Override
  public void blockBytesReceived(HostId from, long bytes) {
    linkReceived.increment((double) bytes);
  }

  @Override
  public void blockBytesSent(HostId to, long bytes) {
    linkSent.increment((double) bytes);
    sent.increment((double) bytes);
    sentBytes.addAndGet(bytes);
  }

  @Override
  public void bufferAwaited() {
    awaitedBuffers.incrementAndGet();
  }

  @Override
  public void bufferGranted() {
    awaitedBuffers.decrementAndGet();
  }

  @Override
  public long sentBytes() {
    return sentBytes.get();
  }

  @Override
  public long receivedBytes() {
    return receivedBytes.get();
  }

  @Override
  public long maxSendRate() {
    return maxSendRate;
  }

  @Override
  public long maxReceiveRate() {
    return maxReceiveRate;
  }

  @Override
  public int uploads() {
    return uploads.get();
  }
}
