package dev.dragonfly.manager.job;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.manager.dispatch.JobHost;
import dev.dragonfly.manager.dispatch.SchedulerAddress;
import dev.dragonfly.manager.dispatch.SchedulerGroup;
import dev.dragonfly.manager.dispatch.SchedulerJobs;
import dev.dragonfly.manager.dispatch.TaskHolder;
import dev.dragonfly.manager.dynconfig.JsonDocument;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Finds out which hosts hold which contents of an image. Begins anew when it is taken over. */
@Component
final class ImageWork implements JobWork {
  private static final Logger LOG = LoggerFactory.getLogger(ImageWork.class);
  private static final String NORMAL = "normal";

  private final JobArgs args;
  private final JobParts parts;
  private final JobTargets targets;
  private final JobQueue queue;
  private final JobSchedulers choice;
  private final SchedulerJobs schedulers;

  ImageWork(
      JobArgs args,
      JobParts parts,
      JobTargets targets,
      JobQueue queue,
      JobSchedulers choice,
      @Lazy SchedulerJobs schedulers) {
    this.args = args;
    this.parts = parts;
    this.targets = targets;
    this.queue = queue;
    this.choice = choice;
    this.schedulers = schedulers;
  }

  @Override
  public Set<JobType> types() {
    return Set.of(JobType.GET_IMAGE_DISTRIBUTION);
  }

  @Override
  public void run(JobRun run) {
    ImageArgs image = args.open(run, ImageArgs.class);
    List<String> contents = targets.contents(run.jobId());
    Map<JobPart, SchedulerGroup> asked = new LinkedHashMap<>();
    parts.of(run.jobId()).forEach(part -> asked.put(part, choice.group(part)));
    ConcurrentMap<Place, Set<String>> found = new ConcurrentHashMap<>();
    ConcurrentMap<Long, String> failures = new ConcurrentHashMap<>();
    Parallel.each(
        "job-layer-" + run.jobId(),
        contents,
        image.concurrentLayerCount(),
        content -> {
          for (Map.Entry<JobPart, SchedulerGroup> one : asked.entrySet()) {
            try {
              one.getValue().ask(scheduler -> ask(scheduler, image.task(content), content, found));
            } catch (DragonflyException e) {
              failed(run, one.getKey(), e);
              failures.put(one.getKey().id(), String.valueOf(e.getMessage()));
            }
          }
        });
    for (JobPart part : asked.keySet()) {
      String failure = failures.getOrDefault(part.id(), "");
      JobState state = failure.isEmpty() ? JobState.SUCCESS : JobState.FAILURE;
      parts.end(run.lease(), part, state, failure, null);
    }
    if (failures.size() == asked.size()) {
      throw new DragonflyException(
          ErrorCode.UNAVAILABLE, String.join("; ", new LinkedHashSet<>(failures.values())));
    }
    queue.finish(run.lease(), JobState.SUCCESS, result(contents, found));
  }

  /** A group that fails hides what only it knows, and no more. */
  private static void failed(JobRun run, JobPart part, DragonflyException e) {
    if (run.stop().isPresent() || e.code() == ErrorCode.CANCELLED) {
      throw e;
    }
    LOG.warn("{} scheduler={} cause={}", run.lease(), part.scheduler(), e.getMessage());
  }

  private SchedulerAddress ask(
      SchedulerAddress scheduler, TaskArgs task, String content, Map<Place, Set<String>> found) {
    Duration timeout = Duration.ofNanos(task.timeout());
    for (String id : TaskIds.of(task)) {
      for (TaskHolder holder :
          schedulers.findTask(scheduler, id, task.concurrentPeerCount(), timeout)) {
        if (holder.host().type().equals(NORMAL)) {
          found
              .computeIfAbsent(
                  new Place(scheduler.clusterId(), holder.host()),
                  k -> ConcurrentHashMap.newKeySet())
              .add(content);
        }
      }
    }
    return scheduler;
  }

  private static JsonDocument result(List<String> contents, Map<Place, Set<String>> found) {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    ArrayNode layers = result.putObject("image").putArray("layers");
    contents.forEach(content -> layers.addObject().put("url", content));
    ArrayNode peers = result.putArray("peers");
    found.forEach((place, held) -> {
      ObjectNode peer = peers.addObject();
      peer.put("ip", place.host().ip());
      peer.put("hostname", place.host().hostname());
      ArrayNode cached = peer.putArray("cached_layers");
      contents.stream().filter(held::contains).forEach(c -> cached.addObject().put("url", c));
      peer.put("scheduler_cluster_id", place.clusterId());
    });
    return JsonDocument.of(result);
  }

  /** A host of a cluster. */
  private record Place(long clusterId, JobHost host) {}
}
