package dev.dragonfly.manager.job;

import dev.dragonfly.manager.dispatch.SchedulerAddress;
import dev.dragonfly.manager.dynconfig.JsonDocument;
import java.util.List;
import java.util.UUID;

/**
 * A job to be made.
 *
 * @param taskId the id of its group of tasks
 * @param args as they are shown, without what is secret
 * @param secrets what is kept encrypted; the empty document keeps nothing
 * @param clusters for each a part that any scheduler of the cluster does
 * @param schedulers for each a part of its own
 * @param contents what is to be fetched, in order, each once
 */
record NewJob(
    String taskId,
    JobType type,
    String bio,
    long userId,
    JsonDocument args,
    JsonDocument secrets,
    List<Long> clusters,
    List<SchedulerAddress> schedulers,
    List<String> contents) {
  NewJob {
    clusters = List.copyOf(clusters);
    schedulers = List.copyOf(schedulers);
    contents = List.copyOf(contents);
  }

  /** A job without parts, secrets and contents. */
  static NewJob plain(String taskId, JobType type, long userId, JsonDocument args) {
    return new NewJob(
        taskId, type, "", userId, args, JsonDocument.EMPTY, List.of(), List.of(), List.of());
  }

  static String newGroupId() {
    return "group_" + UUID.randomUUID();
  }

  /** Without what is secret. */
  @Override
  public String toString() {
    return "NewJob[" + taskId + " " + type.word() + " contents=" + contents.size() + "]";
  }
}
