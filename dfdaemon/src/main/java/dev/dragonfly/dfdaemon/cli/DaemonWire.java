package dev.dragonfly.dfdaemon.cli;

import java.time.Duration;

/** A way to the daemon of this host, which was heard of there. For one download. */
interface DaemonWire extends AutoCloseable {
  /** How long a daemon may take to show that it lives. */
  Duration ANSWER = Duration.ofSeconds(3);

  /**
   * Asks for a download and follows it to its end.
   *
   * @param limit after which it is given up
   * @param follower hears what happens, on the thread of the caller
   * @throws dev.dragonfly.common.error.DragonflyException what the daemon said; UNAVAILABLE when it
   *     has gone, DEADLINE_EXCEEDED after the limit
   */
  void download(DfgetRequest request, Duration limit, DownloadFollower follower);

  @Override
  void close();
}
