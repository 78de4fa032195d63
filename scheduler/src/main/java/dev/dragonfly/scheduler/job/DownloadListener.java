package dev.dragonfly.scheduler.job;

/** Hears how a host fetches a content. One call at a time, on threads of gRPC: must not block. */
public interface DownloadListener {
  /**
   * The host knows what it fetches.
   *
   * @param contentLength bytes; 0 while unknown
   * @param whole whether it has everything already
   */
  void started(long contentLength, boolean whole);

  /**
   * The host has a piece.
   *
   * @param number of the piece, as the host says
   * @param length bytes
   * @param fromSource whether it was read there
   */
  void piece(int number, long length, boolean fromSource);
}
