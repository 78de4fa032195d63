package dev.dragonfly.manager.job;

import java.util.List;

/**
 * How far a job is.
 *
 * @param cancelled whether somebody asked to stop it
 * @param contents what it is to fetch
 * @param targets contents times hosts, as far as they are planned
 * @param finishedBytes on all hosts
 * @param contentBytes to be on all hosts, as far as lengths are known
 * @param originBytes read from the origin
 * @param change the number of the newest change of a target; 0 before the first
 */
public record JobProgress(
    long jobId,
    String type,
    JobState state,
    boolean cancelled,
    long contents,
    long targets,
    long succeeded,
    long failed,
    long finishedBytes,
    long contentBytes,
    long originBytes,
    long change,
    List<PartProgress> parts) {

  /** How far a scheduler is, or a cluster. */
  public record PartProgress(
      long schedulerClusterId, String scheduler, JobState state, String error) {}

  /** All that is known: the sums and every content on every host. */
  public record Whole(JobProgress progress, List<JobTarget> targets) {}
}
