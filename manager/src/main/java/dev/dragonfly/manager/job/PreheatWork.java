package dev.dragonfly.manager.job;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.registry.ImageResolver;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.manager.dispatch.SchedulerAddress;
import dev.dragonfly.manager.dispatch.SchedulerJobs;
import dev.dragonfly.manager.job.JobTarget.TargetState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

/**
 * Has one scheduler of each cluster fetch the contents. When that one is gone another of the
 * cluster goes on with what is left, as does another manager after this one.
 */
@Component
final class PreheatWork implements JobWork {
  private static final Logger LOG = LoggerFactory.getLogger(PreheatWork.class);
  private static final int CLUSTERS_AT_ONCE = 32;

  private final JobArgs args;
  private final JobParts parts;
  private final JobTargets targets;
  private final JobSchedulers choice;
  private final SchedulerJobs schedulers;
  private final ImageResolver images;
  private final Time time;

  PreheatWork(
      JobArgs args,
      JobParts parts,
      JobTargets targets,
      JobSchedulers choice,
      @Lazy SchedulerJobs schedulers,
      @Lazy ImageResolver images,
      Time time) {
    this.args = args;
    this.parts = parts;
    this.targets = targets;
    this.choice = choice;
    this.schedulers = schedulers;
    this.images = images;
    this.time = time;
  }

  @Override
  public Set<JobType> types() {
    return Set.of(JobType.PREHEAT);
  }

  @Override
  public void run(JobRun run) {
    StoredPreheat stored = args.open(run, StoredPreheat.class);
    PreheatArgs preheat = args.open(run, PreheatArgs.class);
    List<String> contents = targets.contents(run.jobId());
    Map<String, String> headers = headers(run, preheat, stored);
    try (TargetWriter writer = new TargetWriter(run.lease(), targets, run::change)) {
      Parallel.each(
          "job-part-" + run.jobId(),
          parts.pending(run.jobId()),
          CLUSTERS_AT_ONCE,
          part -> new Part(run, part, preheat, contents, headers, writer).run());
    }
    parts.finish(run.lease());
  }

  /** A token of a registry lives for minutes: who takes over asks for a new one if he can. */
  private Map<String, String> headers(JobRun run, PreheatArgs preheat, StoredPreheat stored) {
    Map<String, String> given = preheat.headers() == null ? Map.of() : preheat.headers();
    if (!preheat.isImage()) {
      return given;
    }
    Map<String, String> first = stored.resolvedHeaders() == null ? given : stored.resolvedHeaders();
    if (!run.lease().isTakeover()) {
      return first;
    }
    try {
      return images.resolve(ImageRequests.of(preheat)).headers();
    } catch (DragonflyException e) {
      LOG.warn(
          "registry gave no new token, the old one is used {} cause={}",
          run.lease(),
          e.getMessage());
      return first;
    }
  }

  /** What is kept beside the arguments: with which headers the contents of an image are read. */
  record StoredPreheat(@Nullable Map<String, String> resolvedHeaders) {
    /** Without what is secret. */
    @Override
    public String toString() {
      return "StoredPreheat[]";
    }
  }

  /** One cluster's share of a preheat. */
  private final class Part {
    private final JobRun run;
    private final JobPart part;
    private final PreheatArgs preheat;
    private final List<String> contents;
    private final Map<String, String> headers;
    private final TargetWriter writer;
    private final long deadline;

    Part(
        JobRun run,
        JobPart part,
        PreheatArgs preheat,
        List<String> contents,
        Map<String, String> headers,
        TargetWriter writer) {
      this.run = run;
      this.part = part;
      this.preheat = preheat;
      this.contents = contents;
      this.headers = headers;
      this.writer = writer;
      this.deadline = time.nanos() + preheat.timeout();
    }

    void run() {
      String error = fetch();
      writer.flush();
      for (JobTarget target : targets.ofPart(part.id())) {
        if (!target.state().hasEnded()) {
          writer.add(PreheatResults.unheard(part, contents, target, error));
        }
      }
      writer.flush();
      List<JobTarget> all = targets.ofPart(part.id());
      boolean warmed = all.stream().anyMatch(target -> target.state() == TargetState.SUCCESS);
      boolean good = error.isEmpty() && warmed;
      parts.end(
          run.lease(),
          part,
          good ? JobState.SUCCESS : JobState.FAILURE,
          good ? "" : PreheatResults.error(error, contents, all),
          all.isEmpty() ? null : PreheatResults.of(part.clusterId(), all));
      run.change();
    }

    /** Tries the schedulers of the cluster in turn; returns why none did it, empty when one did. */
    private String fetch() {
      String error = "cluster %d has no active scheduler that preheats".formatted(part.clusterId());
      for (SchedulerAddress scheduler : choice.preheating(part.clusterId())) {
        if (!left().isPositive()) {
          return error;
        }
        try {
          for (PreheatOrders.Share share :
              PreheatOrders.shares(contents, targets.ofPart(part.id()))) {
            schedulers.preheat(
                scheduler,
                PreheatOrders.of(preheat, share, headers, left()),
                new PartListener(part.id(), contents, writer));
          }
          return "";
        } catch (DragonflyException e) {
          if (run.stop().isPresent() || e.code() == ErrorCode.CANCELLED) {
            throw e;
          }
          // What it reached is written before the next one is told what is left.
          writer.flush();
          error = String.valueOf(e.getMessage());
          LOG.warn("preheat failed {} scheduler={} cause={}", run.lease(), scheduler, error);
          if (e.code() != ErrorCode.UNAVAILABLE && e.code() != ErrorCode.DEADLINE_EXCEEDED) {
            return error;
          }
        }
      }
      return error;
    }

    private Duration left() {
      return Duration.ofNanos(deadline - time.nanos());
    }
  }
}
