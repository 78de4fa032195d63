package dev.dragonfly.manager.job;

import dev.dragonfly.common.concurrent.Chance;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.registry.ImageResolver;
import dev.dragonfly.common.time.Backoff;
import dev.dragonfly.manager.dispatch.SchedulerAddress;
import dev.dragonfly.manager.dispatch.SchedulerGroup;
import dev.dragonfly.manager.dispatch.SchedulerJobs;
import dev.dragonfly.manager.job.JobTarget.TargetState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

/**
 * Has one scheduler of each cluster fetch the contents. When that one is gone another of the
 * cluster goes on with what is left, or the same one when it is back, as does another manager after
 * this one.
 */
@Component
final class PreheatWork implements JobWork {
  private static final Logger LOG = LoggerFactory.getLogger(PreheatWork.class);
  private static final int CLUSTERS_AT_ONCE = 32;

  /** A scheduler that restarts is back well within this; who hears nothing for longer gives up. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private final JobArgs args;
  private final JobParts parts;
  private final JobTargets targets;
  private final JobSchedulers choice;
  private final SchedulerJobs schedulers;
  private final ImageResolver images;
  private final Clock clock;

  PreheatWork(
      JobArgs args,
      JobParts parts,
      JobTargets targets,
      JobSchedulers choice,
      @Lazy SchedulerJobs schedulers,
      @Lazy ImageResolver images,
      Clock clock) {
    this.args = args;
    this.parts = parts;
    this.targets = targets;
    this.choice = choice;
    this.schedulers = schedulers;
    this.images = images;
    this.clock = clock;
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
    private final Backoff pauses = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, Chance.create());
    private final long deadline;
    private OptionalLong failingSince = OptionalLong.empty();

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
      this.deadline = clock.time().nanos() + preheat.timeout();
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

    /** Tries the cluster in rounds, until one did it or none gets on; returns why, or nothing. */
    private String fetch() {
      while (true) {
        try {
          tryEach();
          return "";
        } catch (DragonflyException e) {
          if (run.stop().isPresent() || e.code() == ErrorCode.CANCELLED) {
            throw e;
          }
          String error = String.valueOf(e.getMessage());
          Duration pause = pauses.next();
          LOG.warn("preheat failed {} cluster={} cause={}", run.lease(), part.clusterId(), error);
          if (!SchedulerGroup.standsInFor(e.code()) || pause.compareTo(left()) >= 0) {
            return error;
          }
          // Not since the last progress: a scheduler may have been silent for long, and at work.
          long now = clock.time().nanos();
          failingSince = OptionalLong.of(failingSince.orElse(now));
          if (now - failingSince.getAsLong() > PATIENCE.toNanos()) {
            return "%s; no scheduler of the cluster got on for %d s"
                .formatted(error, PATIENCE.toSeconds());
          }
          pause(pause);
        }
      }
    }

    /** One round: those that are alive now, for one that restarted may be another one. */
    private void tryEach() {
      List<SchedulerAddress> alive = choice.preheating(part.clusterId());
      if (alive.isEmpty()) {
        throw new DragonflyException(
            ErrorCode.UNAVAILABLE,
            "cluster %d has no active scheduler that preheats".formatted(part.clusterId()));
      }
      new SchedulerGroup(part.clusterId(), alive).ask(this::order);
    }

    private SchedulerAddress order(SchedulerAddress scheduler) {
      // What the one before reached is written before this one is told what is left.
      writer.flush();
      for (PreheatOrders.Share share : PreheatOrders.shares(contents, targets.ofPart(part.id()))) {
        schedulers.preheat(
            scheduler,
            PreheatOrders.of(preheat, share, headers, left()),
            new PartListener(part.id(), contents, writer, this::gotOn));
      }
      return scheduler;
    }

    private void gotOn() {
      failingSince = OptionalLong.empty();
      pauses.reset();
    }

    private void pause(Duration pause) {
      try {
        clock.timers().pause(pause);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new DragonflyException(
            ErrorCode.CANCELLED, "interrupted before a preheat was tried again", e);
      }
    }

    private Duration left() {
      return Duration.ofNanos(deadline - clock.time().nanos());
    }
  }
}
