package dev.dragonfly.manager.job;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.manager.dispatch.JobHost;
import dev.dragonfly.manager.dispatch.PreheatListener;
import dev.dragonfly.manager.dispatch.PreheatOrder.Target;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hears how a part of a preheat goes, and hands it to the writer. Called by one thread. */
final class PartListener implements PreheatListener {
  private static final Logger LOG = LoggerFactory.getLogger(PartListener.class);

  /** More rows than this would be more than anybody reads, and a heavy load for the database. */
  private static final int MAX_TARGETS = 100_000;

  private final long partId;
  private final TargetWriter writer;
  private final Runnable gotOn;
  private final Map<String, Integer> positions = new HashMap<>();

  /**
   * @param gotOn called when a host got on with a content; a plan alone is no progress
   */
  PartListener(long partId, List<String> contents, TargetWriter writer, Runnable gotOn) {
    this.partId = partId;
    this.writer = writer;
    this.gotOn = gotOn;
    for (int i = 0; i < contents.size(); i++) {
      positions.put(contents.get(i), i);
    }
  }

  @Override
  public void planned(List<Target> targets, List<JobHost> hosts) {
    if (targets.size() > MAX_TARGETS) {
      throw new DragonflyException(
          ErrorCode.RESOURCE_EXHAUSTED,
          "tried to plan a preheat, got %d contents times hosts (expected at most %d): name fewer contents, or fewer hosts with count or percentage"
              .formatted(targets.size(), MAX_TARGETS));
    }
    Map<String, JobHost> byId = new HashMap<>();
    hosts.forEach(host -> byId.put(host.hostId(), host));
    for (Target target : targets) {
      JobHost host =
          byId.getOrDefault(target.hostId(), new JobHost(target.hostId(), target.hostId(), "", ""));
      int position = position(target);
      if (position >= 0) {
        writer.add(new TargetChange.Planned(partId, position, host));
      }
    }
  }

  @Override
  public void progressed(Target target, long finishedBytes, long contentLength) {
    int position = position(target);
    if (position >= 0) {
      gotOn.run();
      writer.add(
          new TargetChange.Progressed(
              partId, position, target.hostId(), atLeast0(finishedBytes), atLeast0(contentLength)));
    }
  }

  @Override
  public void ended(
      Target target, JobHost host, long contentLength, long originBytes, String failure) {
    int position = position(target);
    if (position >= 0) {
      gotOn.run();
      writer.add(
          new TargetChange.Ended(
              partId, position, host, atLeast0(contentLength), atLeast0(originBytes), failure));
    }
  }

  private int position(Target target) {
    int position = positions.getOrDefault(target.url(), -1);
    if (position < 0) {
      LOG.warn("scheduler spoke of a content that is not of the job part={}", partId);
    }
    return position;
  }

  private static long atLeast0(long bytes) {
    return Math.max(0, bytes);
  }
}
