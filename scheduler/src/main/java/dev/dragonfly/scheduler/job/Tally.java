package dev.dragonfly.scheduler.job;

/** Counts how the targets of a preheat ended. Its monitor guards it; any thread. */
public final class Tally {
  private long succeeded;
  private long failed;
  private long originBytes;

  /**
   * What was counted.
   *
   * @param succeeded targets that hold their content
   * @param failed targets that do not
   * @param originBytes bytes that targets read at the source
   */
  public record Counts(long succeeded, long failed, long originBytes) {}

  synchronized void add(long bytes, boolean success) {
    originBytes += bytes;
    if (success) {
      succeeded++;
    } else {
      failed++;
    }
  }

  synchronized Counts counts() {
    return new Counts(succeeded, failed, originBytes);
  }
}
