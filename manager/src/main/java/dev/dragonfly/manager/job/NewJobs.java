package dev.dragonfly.manager.job;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.registry.ImageRequest;
import dev.dragonfly.common.registry.ImageResolver;
import dev.dragonfly.common.registry.ResolvedImage;
import dev.dragonfly.manager.cluster.SchedulerCluster;
import dev.dragonfly.manager.dispatch.SchedulerAddress;
import dev.dragonfly.manager.dynconfig.JsonDocument;
import dev.dragonfly.manager.rest.BodyPart;
import dev.dragonfly.manager.setting.Retention;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes jobs of what somebody asks for: checks it, finds who will do it and, for an image, asks its
 * registry what it consists of. Blocks on the database and on registries.
 *
 * <p>All methods return the number of the job and throw {@link DragonflyException}:
 * INVALID_ARGUMENT for what is wrong with the arguments, NOT_FOUND for a cluster that is not there;
 * all else is the text for whoever asked.
 */
@Component
final class NewJobs {
  private static final String ARGS = "args";

  private final JobQueue queue;
  private final JobSchedulers choice;
  private final BodyPart body;
  private final ImageResolver images;
  private final Retention retention;

  NewJobs(
      JobQueue queue,
      JobSchedulers choice,
      BodyPart body,
      @Lazy ImageResolver images,
      Retention retention) {
    this.queue = queue;
    this.choice = choice;
    this.body = body;
    this.images = images;
    this.retention = retention;
  }

  /** A preheat in every cluster that has an active scheduler for it. */
  long preheat(JobRequest request) {
    ObjectNode given = args(request);
    if (given.isEmpty()) {
      throw refused("unknown preheat type");
    }
    PreheatArgs preheat = body.read(given, PreheatArgs.class, ARGS);
    List<Long> clusters =
        choice.clusters(request.clusterIds()).stream()
            .map(SchedulerCluster::id)
            .filter(cluster -> !choice.preheating(cluster).isEmpty())
            .toList();
    if (preheat.isImage() && preheat.url().isEmpty()) {
      throw refused("invalid params: url is required");
    }
    if (!preheat.isImage() && preheat.files().isEmpty()) {
      throw refused("invalid params: url or urls is required");
    }
    if (clusters.isEmpty()) {
      throw refused("candidate schedulers not found");
    }
    ArgSecrets split = ArgSecrets.split(JsonDocument.written(preheat));
    if (!preheat.isImage()) {
      preheat.files().forEach(SourceUrls::check);
      return queue.create(
          job(request, JobType.PREHEAT, split, clusters, List.of(), preheat.files()));
    }
    ResolvedImage image = resolve(ImageRequests.of(preheat));
    ObjectNode secret = split.secret().node();
    image.headers().forEach(secret.putObject("resolved_headers")::put);
    ArgSecrets all = new ArgSecrets(split.shown(), JsonDocument.of(secret));
    return queue.create(job(request, JobType.PREHEAT, all, clusters, List.of(), image.blobUrls()));
  }

  /** Looks for a task, or deletes it, on all hosts of all active schedulers. */
  long task(JobRequest request, JobType type) {
    TaskArgs task = body.read(args(request), TaskArgs.class, ARGS);
    task.requireTask();
    TaskIds.of(task);
    ObjectNode shown = JsonDocument.written(task).node();
    if (type == JobType.DELETE_TASK) {
      shown.remove("concurrent_peer_count");
    }
    return queue.create(
        job(
            request,
            type,
            new ArgSecrets(JsonDocument.of(shown), JsonDocument.EMPTY),
            List.of(),
            activeSchedulers(request),
            List.of()));
  }

  /** Looks for the contents of an image on all hosts of all active schedulers. */
  long imageDistribution(JobRequest request) {
    ImageArgs image = body.read(args(request), ImageArgs.class, ARGS);
    List<SchedulerAddress> schedulers = activeSchedulers(request);
    List<String> contents = resolve(ImageRequests.of(image)).blobUrls();
    if (contents.isEmpty()) {
      throw refused("no valid image layers found");
    }
    return queue.create(
        job(
            request,
            JobType.GET_IMAGE_DISTRIBUTION,
            ArgSecrets.split(JsonDocument.written(image)),
            List.of(),
            schedulers,
            contents));
  }

  /** Makes the list of peers anew. */
  long syncPeers(JobRequest request) {
    List<SchedulerCluster> clusters = choice.clusters(request.clusterIds());
    List<Long> alive =
        clusters.stream()
            .map(SchedulerCluster::id)
            .filter(cluster -> !choice.active(cluster).isEmpty())
            .toList();
    for (long id : request.clusterIds()) {
      if (!alive.contains(id)) {
        throw new DragonflyException(
            ErrorCode.NOT_FOUND, "scheduler cluster id " + id + ": record not found");
      }
    }
    if (alive.isEmpty()) {
      throw refused("active schedulers not found");
    }
    ArgSecrets none = new ArgSecrets(JsonDocument.EMPTY, JsonDocument.EMPTY);
    return queue.create(job(request, JobType.SYNC_PEERS, none, alive, List.of(), List.of()));
  }

  /** Makes the list of peers of all clusters anew. */
  long syncPeers() {
    return syncPeers(new JobRequest(null, null, null, null, null, null));
  }

  /** Removes old rows. */
  long gc(JobRequest request) {
    GcArgs gc = body.read(args(request), GcArgs.class, ARGS);
    return gc(String.valueOf(gc.type()), UUID.randomUUID().toString(), request.user());
  }

  /**
   * Removes old rows.
   *
   * @param taskId the kind itself when the job begins by itself: so the console tells them apart
   */
  long gc(String kind, String taskId, long userId) {
    Duration age =
        retention
            .of(kind)
            .orElseThrow(() ->
                new DragonflyException(
                    ErrorCode.FAILED_PRECONDITION,
                    "the setting gc does not say %s.ttl in nanoseconds".formatted(kind)));
    JsonDocument args = JsonDocument.written(new GcArgs(kind, age.toNanos(), GcArgs.BATCH));
    return queue.create(NewJob.plain(taskId, JobType.GC, userId, args));
  }

  private List<SchedulerAddress> activeSchedulers(JobRequest request) {
    List<SchedulerAddress> active =
        choice.clusters(request.clusterIds()).stream()
            .flatMap(cluster -> choice.forTasks(cluster.id()).stream())
            .toList();
    if (active.isEmpty()) {
      throw refused("active schedulers not found");
    }
    return active;
  }

  /** Whatever a registry says is shown as it is. */
  private ResolvedImage resolve(ImageRequest image) {
    try {
      return images.resolve(image);
    } catch (DragonflyException e) {
      throw new DragonflyException(
          ErrorCode.FAILED_PRECONDITION, String.valueOf(e.getMessage()), e);
    }
  }

  private static NewJob job(
      JobRequest request,
      JobType type,
      ArgSecrets args,
      List<Long> clusters,
      List<SchedulerAddress> schedulers,
      List<String> contents) {
    return new NewJob(
        NewJob.newGroupId(),
        type,
        request.description(),
        request.user(),
        args.shown(),
        args.secret(),
        clusters,
        schedulers,
        contents);
  }

  private static ObjectNode args(JobRequest request) {
    ObjectNode args = JsonNodeFactory.instance.objectNode();
    if (request.args() != null) {
      request.args().forEach(args::set);
    }
    return args;
  }

  private static DragonflyException refused(String text) {
    return new DragonflyException(ErrorCode.FAILED_PRECONDITION, text);
  }
}
