package dev.dragonfly.dfdaemon.cli;

import dev.dragonfly.common.piece.Piece.Traffic;

/** Hears what the daemon tells of a download. Used by one thread. */
final class DownloadFollower {
  private final ProgressBar progress;
  private String task = "";
  private String peer = "";

  DownloadFollower(ProgressBar progress) {
    this.progress = progress;
  }

  /** Which download it is. */
  void is(String taskId, String peerId) {
    task = taskId;
    peer = peerId;
  }

  /** Bytes expected; negative while unknown. */
  void total(long bytes) {
    progress.total(bytes);
  }

  /** A piece is there. */
  void piece(Traffic from, long bytes) {
    if (from == Traffic.REMOTE_PEER) {
      progress.peers(bytes);
    } else if (from == Traffic.BACK_TO_SOURCE) {
      progress.source(bytes);
    } else {
      progress.cache(bytes);
    }
  }

  String task() {
    return task;
  }

  String peer() {
    return peer;
  }
}
