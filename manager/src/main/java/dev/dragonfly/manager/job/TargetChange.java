package dev.dragonfly.manager.job;

import dev.dragonfly.manager.dispatch.JobHost;

/** What is to be written of a content on a host. */
sealed interface TargetChange {
  long partId();

  /** The content by its place in the job. */
  int position();

  String hostId();

  /** A host is to fetch a content. */
  record Planned(long partId, int position, JobHost host) implements TargetChange {
    @Override
    public String hostId() {
      return host.hostId();
    }
  }

  /** A host has fetched a share of it. */
  record Progressed(
      long partId, int position, String hostId, long finishedBytes, long contentLength)
      implements TargetChange {}

  /**
   * It is over.
   *
   * @param failure empty where the host holds the content
   */
  record Ended(
      long partId, int position, JobHost host, long contentLength, long originBytes, String failure)
      implements TargetChange {
    @Override
    public String hostId() {
      return host.hostId();
    }
  }
}
