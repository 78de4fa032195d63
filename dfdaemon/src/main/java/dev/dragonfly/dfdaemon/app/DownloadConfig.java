package dev.dragonfly.dfdaemon.app;

import dev.dragonfly.common.config.Bounds;
import dev.dragonfly.common.config.DataSize;
import dev.dragonfly.dfdaemon.backtosource.SourceSettings;
import dev.dragonfly.dfdaemon.swarm.SwarmSettings;
import dev.dragonfly.dfdaemon.task.PatienceSettings;
import dev.dragonfly.dfdaemon.transfer.PieceClientConfig;

/**
 * How downloads behave.
 *
 * @param rateLimit bytes per second from all parents together; 0 for no limit
 * @param concurrent downloads that fetch at the same time
 * @param queue downloads that may wait for their turn
 * @param buffers bytes of blocks in memory, for all downloads together
 * @param peers patience with single parents
 * @param swarm how pieces are taken from parents
 * @param source how sources are read
 * @param patience how long to wait for whom
 */
public record DownloadConfig(
    DataSize rateLimit,
    int concurrent,
    int queue,
    DataSize buffers,
    PieceClientConfig peers,
    SwarmSettings swarm,
    SourceSettings source,
    PatienceSettings patience) {
  private static final int MIN_BUFFERS = 4 << 20;

  public DownloadConfig {
    Bounds.positive("concurrent", concurrent);
    Bounds.positive("queue", queue);
    if (buffers.bytes() < MIN_BUFFERS) {
      throw new IllegalArgumentException("buffers must be at least 4MiB, got " + buffers);
    }
  }
}
