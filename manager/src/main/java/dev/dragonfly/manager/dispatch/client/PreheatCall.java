package dev.dragonfly.manager.dispatch.client;

import dev.dragonfly.api.ext.v1.PreheatEvent;
import dev.dragonfly.api.ext.v1.PreheatOutcome;
import dev.dragonfly.api.ext.v1.PreheatPlan;
import dev.dragonfly.api.ext.v1.PreheatProgress;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.manager.dispatch.JobHost;
import dev.dragonfly.manager.dispatch.PreheatListener;
import dev.dragonfly.manager.dispatch.PreheatOrder.Target;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a scheduler tells during one preheat, in the order that the listener is promised. Owned by
 * the thread of the call.
 */
final class PreheatCall {
  private final PreheatListener listener;
  private final Map<String, JobHost> hosts = new HashMap<>();
  private final Set<Target> open = new HashSet<>();
  private final Set<Target> over = new HashSet<>();
  private boolean planned;

  PreheatCall(PreheatListener listener) {
    this.listener = listener;
  }

  void heard(PreheatEvent event) {
    switch (event.getEventCase()) {
      case PLAN -> planned(event.getPlan());
      case PROGRESS -> progressed(event.getProgress());
      case OUTCOME -> ended(event.getOutcome());
      case EVENT_NOT_SET -> {
        // A kind of event that a newer scheduler tells of.
      }
    }
  }

  /**
   * The scheduler has said everything.
   *
   * @throws DragonflyException UNAVAILABLE when it has not: another one can go on
   */
  void ended() {
    if (!planned || !open.isEmpty()) {
      throw new DragonflyException(
          ErrorCode.UNAVAILABLE,
          planned
              ? "the scheduler ended the preheat with %d targets left".formatted(open.size())
              : "the scheduler ended the preheat without a plan");
    }
  }

  private void planned(PreheatPlan plan) {
    if (planned) {
      return;
    }
    planned = true;
    plan.getHostsList().forEach(host -> hosts.put(host.getHostId(), JobMessages.host(host)));
    List<Target> targets = plan.getTargetsList().stream().map(JobMessages::target).toList();
    open.addAll(targets);
    listener.planned(targets, plan.getHostsList().stream().map(JobMessages::host).toList());
  }

  private void progressed(PreheatProgress progress) {
    Target target = JobMessages.target(progress.getTarget());
    if (open.contains(target)) {
      listener.progressed(target, progress.getFinishedBytes(), progress.getContentLength());
    }
  }

  private void ended(PreheatOutcome outcome) {
    Target target = JobMessages.target(outcome.getTarget());
    open.remove(target);
    if (over.add(target)) {
      listener.ended(
          target,
          hosts.getOrDefault(target.hostId(), new JobHost(target.hostId(), "", "", "")),
          outcome.getContentLength(),
          outcome.getOriginBytes(),
          outcome.getFailure());
    }
  }
}
