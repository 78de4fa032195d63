package dev.dragonfly.scheduler.rpc;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.scheduler.job.PreheatListener;
import dev.dragonfly.scheduler.job.PreheatPlan;
import dev.dragonfly.scheduler.job.Target;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Keeps how the targets of a preheat ended, for an answer that is given at the end. */
final class PreheatCollector implements PreheatListener {
  private final List<Outcome> outcomes = Collections.synchronizedList(new ArrayList<>());
  private volatile Map<HostId, Host> hosts = Map.of();

  @Override
  public void planned(PreheatPlan plan) {
    Map<HostId, Host> known = new HashMap<>();
    plan.hosts().forEach(host -> known.put(host.id(), host));
    hosts = known;
  }

  @Override
  public void progressed(Target target, long finishedBytes, long contentLength) {}

  @Override
  public void ended(Outcome outcome) {
    outcomes.add(outcome);
  }

  /** Shows each outcome with its host. */
  void each(BiConsumer<Outcome, Host> reader) {
    for (Outcome outcome : List.copyOf(outcomes)) {
      Host host = hosts.get(outcome.target().host());
      if (host != null) {
        reader.accept(outcome, host);
      }
    }
  }
}
