package dev.dragonfly.dfdaemon.source;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.dragonfly.common.config.DataSize;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.limit.Bandwidth;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.dfdaemon.net.EventLoops;
import dev.dragonfly.dfdaemon.net.HostNames;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A source client that may read the loopback, with short waits. */
final class SourceFixture implements AutoCloseable {
  static final Duration SHORT = Duration.ofMillis(400);

  private final EventLoops loops = new EventLoops(1);
  private final HostNames names;
  final HttpSource source;

  /** Allows 127.0.0.1 only; every wait is short. */
  SourceFixture() {
    this(List.of("127.0.0.1"), SHORT);
  }

  SourceFixture(List<String> allow, Duration wait) {
    this(allow, wait, List.of());
  }

  /**
   * @param nameServers DNS servers; those of the system when empty
   */
  SourceFixture(List<String> allow, Duration wait, List<InetSocketAddress> nameServers) {
    this.names = new HostNames(loops, nameServers, Duration.ofSeconds(3));
    this.source =
        new HttpSource(
            new SourceConfig(
                allow, List.of(), wait, wait, wait, new DataSize(0), Optional.empty(), List.of()),
            loops,
            names,
            Bandwidth.unlimited(),
            new SentChunks());
  }

  SourceResponse open(String url) {
    return open(url, Map.of(), Optional.empty());
  }

  SourceResponse open(String url, ByteRange range) {
    return open(url, Map.of(), Optional.of(range));
  }

  SourceResponse open(String url, Map<String, String> header, Optional<ByteRange> range) {
    return source.open(new SourceRequest(url, header, range));
  }

  /** Opens and reads to the end; the failure of either. */
  DragonflyException failure(String url) {
    return failure(url, Optional.empty());
  }

  DragonflyException failure(String url, Optional<ByteRange> range) {
    return catchThrowableOfType(
        DragonflyException.class,
        () -> {
          try (SourceResponse response = open(url, Map.of(), range)) {
            bytes(response);
          }
        });
  }

  /** Reads to the end. */
  static byte[] bytes(SourceResponse response) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer part = ByteBuffer.allocate(8192);
    while (response.body().read(part.clear()) >= 0) {
      all.write(part.array(), 0, part.position());
    }
    return all.toByteArray();
  }

  @Override
  public void close() {
    source.close();
    names.close();
    loops.close();
  }
}
