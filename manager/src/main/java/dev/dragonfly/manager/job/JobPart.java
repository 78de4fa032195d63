package dev.dragonfly.manager.job;

import dev.dragonfly.manager.dispatch.SchedulerAddress;
import dev.dragonfly.manager.dynconfig.JsonDocument;
import java.util.Optional;

/**
 * What one scheduler does for a job.
 *
 * @param scheduler without a name: any of the cluster
 * @param error why it failed; else empty
 * @param results what it brought, as clients see it
 */
record JobPart(
    long id,
    SchedulerAddress scheduler,
    String taskUuid,
    JobState state,
    String error,
    Optional<JsonDocument> results) {
  long clusterId() {
    return scheduler.clusterId();
  }
}
