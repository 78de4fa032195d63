package dev.dragonfly.dfdaemon.backtosource;

import dev.dragonfly.common.config.DataSize;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.PieceStream;
import dev.dragonfly.common.piece.RunSigner;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.SourceVersion;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.dfdaemon.net.Headers;
import dev.dragonfly.dfdaemon.source.SourceClient;
import dev.dragonfly.dfdaemon.source.SourceRequest;
import dev.dragonfly.dfdaemon.source.SourceResponse;
import dev.dragonfly.dfdaemon.source.SourceStatusException;
import dev.dragonfly.dfdaemon.storage.BlockBuffers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A source in memory whose behaviour is set by the test. Safe for any thread. */
public final class FakeSource implements SourceClient {
  public volatile byte[] content;
  public volatile boolean ranges = true;
  public volatile boolean tellsLength = true;
  public volatile String etag = "\"1\"";

  /** Bodies wait here before each read; open unless the test closes it with {@link #hold}. */
  private volatile CountDownLatch gate = new CountDownLatch(0);

  private final BlockingQueue<Integer> cuts = new LinkedBlockingQueue<>();
  private final BlockingQueue<DragonflyException> failures = new LinkedBlockingQueue<>();
  private final Set<String> refused = ConcurrentHashMap.newKeySet();
  private volatile Optional<DragonflyException> always = Optional.empty();
  private final List<SourceRequest> requests = new CopyOnWriteArrayList<>();
  private final AtomicLong bytesSent = new AtomicLong();

  public FakeSource(byte[] content) {
    this.content = content;
  }

  /** Readers of this source; their pauses between attempts take no time. */
  public SourceReading reading(RunSigner signer, ManualTime time, BlockBuffers buffers) {
    return new SourceReading(
        this,
        signer,
        buffers,
        time,
        new Impatient(time),
        new Random(12),
        new SourceSettings(2, DataSize.parse("1MiB"), 3, Duration.ofMillis(1)));
  }

  public SourceReading reading(RunSigner signer, ManualTime time) {
    return reading(signer, time, new BlockBuffers(32, 1 << 20));
  }

  /** What a reader takes for the version of the content. */
  public SourceVersion version() {
    OptionalLong length = tellsLength ? OptionalLong.of(content.length) : OptionalLong.empty();
    return SourceVersion.of(Optional.of(etag), Optional.empty(), length);
  }

  /** The next body breaks after this many bytes. */
  public void cutNextAfter(int bytes) {
    cuts.add(bytes);
  }

  /** Whoever comes with this Authorization is refused. */
  public void refuse(String authorization) {
    refused.add(authorization);
  }

  /** The next request fails. */
  public void failNext(ErrorCode code, String message) {
    failures.add(new DragonflyException(code, message));
  }

  /** All requests fail from now on. */
  public void failAlways(ErrorCode code, String message) {
    always = Optional.of(new DragonflyException(code, message));
  }

  /** Bodies stop until {@link #release}. */
  public void hold() {
    gate = new CountDownLatch(1);
  }

  public void release() {
    gate.countDown();
  }

  public List<SourceRequest> requests() {
    return requests;
  }

  /** Bytes of all bodies that were taken. */
  public long bytesSent() {
    return bytesSent.get();
  }

  @Override
  public SourceResponse open(SourceRequest request) {
    requests.add(request);
    if (refused.contains(request.header().getOrDefault("Authorization", ""))) {
      throw new DragonflyException(ErrorCode.SOURCE_UNAUTHORIZED, "source fake answered 401");
    }
    DragonflyException failure = failures.poll();
    if (failure != null) {
      throw failure;
    }
    if (always.isPresent()) {
      throw always.get();
    }
    byte[] now = content;
    Optional<ByteRange> range = request.range().filter(r -> ranges);
    if (range.isPresent() && range.get().start() >= now.length) {
      throw new SourceStatusException(
          ErrorCode.SOURCE_FAILED, "source fake answered 416", 416, Headers.NONE);
    }
    int start = range.map(r -> (int) r.start()).orElse(0);
    int end = range.map(r -> (int) Math.min(r.end(), now.length)).orElse(now.length);
    Map<String, String> header = new HashMap<>(Map.of("etag", etag));
    if (tellsLength) {
      header.put("content-length", Integer.toString(now.length));
    }
    Integer cut = cuts.poll();
    return new SourceResponse(
        range.isPresent() ? 206 : 200,
        tellsLength ? OptionalLong.of(now.length) : OptionalLong.empty(),
        ranges,
        range.isPresent(),
        request.url(),
        header,
        new Body(now, start, end, cut == null ? Integer.MAX_VALUE : start + cut));
  }

  @Override
  public void close() {}

  /** The pauses between attempts take no time; everything else waits for the test. */
  private record Impatient(ManualTime time) implements Timers {
    private static final Duration PAUSE = Duration.ofMillis(100);

    @Override
    public Timer after(Duration delay, Runnable action) {
      if (delay.compareTo(PAUSE) > 0) {
        return time.after(delay, action);
      }
      action.run();
      return () -> {};
    }

    @Override
    public Timer every(Duration interval, Runnable action) {
      return time.every(interval, action);
    }
  }

  private final class Body implements PieceStream {
    private final byte[] from;
    private final int end;
    private final int cut;
    private final CountDownLatch closed = new CountDownLatch(1);
    private int at;

    Body(byte[] from, int start, int end, int cut) {
      this.from = from;
      this.at = start;
      this.end = end;
      this.cut = cut;
    }

    @Override
    public int read(ByteBuffer target) {
      await();
      if (at >= end) {
        return -1;
      }
      if (at >= cut) {
        throw new DragonflyException(ErrorCode.UNAVAILABLE, "the fake source broke at " + at);
      }
      int length = Math.min(target.remaining(), Math.min(end, cut) - at);
      target.put(from, at, length);
      at += length;
      bytesSent.addAndGet(length);
      return length;
    }

    private void await() {
      try {
        while (!gate.await(5, TimeUnit.MILLISECONDS)) {
          if (closed.getCount() == 0) {
            throw new DragonflyException(ErrorCode.CANCELLED, "closed while waiting");
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new DragonflyException(ErrorCode.CANCELLED, "interrupted", e);
      }
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }
}
