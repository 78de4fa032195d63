package dev.dragonfly.manager.job;

/**
 * A content on a host, as progress shows it.
 *
 * @param finishedBytes so far
 * @param contentLength 0 while unknown
 * @param originBytes of it read from the origin
 * @param failure why the host does not hold it; empty unless it failed
 */
public record JobTarget(
    long schedulerClusterId,
    String url,
    String hostId,
    String hostname,
    String ip,
    String hostType,
    TargetState state,
    long finishedBytes,
    long contentLength,
    long originBytes,
    String failure) {

  /** How far one is. */
  public enum TargetState {
    PLANNED,
    RUNNING,
    SUCCESS,
    FAILURE;

    boolean hasEnded() {
      return this == SUCCESS || this == FAILURE;
    }
  }
}
