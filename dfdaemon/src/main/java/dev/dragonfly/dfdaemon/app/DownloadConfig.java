package dev.dragonfly.dfdaemon.app;

import dev.dragonfly.common.config.DataSize;
import dev.dragonfly.dfdaemon.backtosource.SourceSettings;
import dev.dragonfly.dfdaemon.swarm.SwarmSettings;
import dev.dragonfly.dfdaemon.task.PatienceSettings;
import dev.dragonfly.dfdaemon.transfer.PieceClientConfig;
import org.jspecify.annotations.Nullable;

/**
 * How downloads behave.
 *
 * @param rateLimit bytes per second from all parents together; 0 for no limit
 * @param concurrent downloads that fetch at the same time (64)
 * @param queue downloads that may wait for their turn (1000)
 * @param buffers blocks of at most 1 MiB in memory, for all downloads together (24)
 * @param peers patience with single parents
 * @param swarm how pieces are taken from parents
 * @param source how sources are read
 * @param patience how long to wait for whom
 */
public record DownloadConfig(
    DataSize rateLimit,
    int concurrent,
    int queue,
    int buffers,
    PieceClientConfig peers,
    SwarmSettings swarm,
    SourceSettings source,
    PatienceSettings patience) {
  private static final int DEFAULT_CONCURRENT = 64;
  private static final int DEFAULT_QUEUE = 1000;
  private static final int DEFAULT_BUFFERS = 24;
  private static final int MIN_BUFFERS = 4;

  public DownloadConfig(
      @Nullable DataSize rateLimit,
      int concurrent,
      int queue,
      int buffers,
      @Nullable PieceClientConfig peers,
      @Nullable SwarmSettings swarm,
      @Nullable SourceSettings source,
      @Nullable PatienceSettings patience) {
    this.rateLimit = rateLimit == null ? new DataSize(0) : rateLimit;
    this.concurrent = concurrent == 0 ? DEFAULT_CONCURRENT : concurrent;
    this.queue = queue == 0 ? DEFAULT_QUEUE : queue;
    this.buffers = buffers == 0 ? DEFAULT_BUFFERS : buffers;
    this.peers = peers == null ? PieceClientConfig.defaults() : peers;
    this.swarm = swarm == null ? SwarmSettings.DEFAULT : swarm;
    this.source = source == null ? SourceSettings.DEFAULT : source;
    this.patience = patience == null ? PatienceSettings.DEFAULT : patience;
    if (this.concurrent < 1 || this.queue < 1) {
      throw new IllegalArgumentException(
          "concurrent and queue must be positive, got %d and %d".formatted(concurrent, queue));
    }
    if (this.buffers < MIN_BUFFERS) {
      throw new IllegalArgumentException("buffers must be at least 4, got " + buffers);
    }
  }

  /** All defaults. */
  public static DownloadConfig defaults() {
    return new DownloadConfig(null, 0, 0, 0, null, null, null, null);
  }
}
