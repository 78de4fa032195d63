package dev.dragonfly.scheduler.job;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.scheduler.job.PreheatListener.Outcome;
import dev.dragonfly.scheduler.job.PreheatPlan.Assignment;
import dev.dragonfly.scheduler.seed.SeedOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One preheat. A content that several hosts are to have is ordered of a seed first, and of the
 * others when that one knows what it reads: then they find it as a parent, and the source is read
 * once. Who reads when a seed fails, the hosts' sessions with their schedulers decide as for every
 * download. {@link #run} blocks the virtual thread that calls it.
 */
public final class PreheatRun {
  private static final Logger LOG = LoggerFactory.getLogger(PreheatRun.class);

  /** Others are ordered even when the seed has said nothing for so long. */
  private static final Duration LONGEST_LEAD = Duration.ofMinutes(1);

  private final PreheatOrder order;
  private final PreheatPlan plan;
  private final Orders orders;
  private final PreheatServices services;
  private final PreheatListener listener;
  private final Tally tally = new Tally();

  PreheatRun(
      PreheatOrder order,
      PreheatPlan plan,
      HostOrders hosts,
      PreheatServices services,
      PreheatListener listener) {
    this.order = order;
    this.plan = plan;
    this.services = services;
    this.listener = listener;
    this.orders = new Orders(hosts, services.longestDownload(), services.timers());
  }

  /** Begins nothing more and waits for nothing more; hosts that fetch go on. */
  public void cancel(String reason) {
    orders.end(reason);
  }

  /** Does it all; every target has ended when it returns. */
  public Tally.Counts run() {
    Optional<Timers.Timer> timer =
        order
            .pace()
            .timeout()
            .map(limit ->
                services.timers().after(limit, () -> orders.end("not finished within " + limit)));
    try {
      listener.planned(plan);
      Crew crew = new Crew(services.executor(), order.pace().contents());
      for (Assignment content : plan.contents()) {
        crew.start(() -> fetch(content));
      }
      crew.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      orders.end("the scheduler ends");
    } finally {
      timer.ifPresent(Timers.Timer::cancel);
      // The seeds' calls: what they were to begin has begun or failed.
      orders.end("the preheat has ended");
    }
    return tally.counts();
  }

  private void fetch(Assignment content) {
    String url = content.content().url();
    try {
      if (order.scope() == PreheatScope.SINGLE_SEED_PEER) {
        single(content);
        return;
      }
      for (HostId gone : content.gone()) {
        end(new Outcome(new Target(url, gone), 0, 0, Optional.of(gone(gone))));
      }
      // Upstream's daemons may know the content as another task, which has a source reading of its
      // own.
      Map<TaskId, List<Host>> tasks = new LinkedHashMap<>();
      for (Host host : content.hosts()) {
        tasks.computeIfAbsent(content.content().taskOn(host), task -> new ArrayList<>()).add(host);
      }
      for (Map.Entry<TaskId, List<Host>> task : tasks.entrySet()) {
        together(content.content(), task.getKey(), task.getValue());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      orders.end("the scheduler ends");
    }
  }

  /**
   * One seed after the other until one has it. Failures are told at the end: a content of which
   * something has ended is done for whoever takes over.
   */
  private void single(Assignment content) {
    if (content.hosts().isEmpty() && content.gone().isEmpty()) {
      return;
    }
    Content what = content.content();
    Set<Host> candidates = new LinkedHashSet<>(content.hosts());
    candidates.addAll(SeedOrder.of(services.taskOf(what.ours()), plan.seeds()));
    List<Outcome> failures = new ArrayList<>();
    for (HostId gone : content.gone()) {
      failures.add(new Outcome(new Target(what.url(), gone), 0, 0, Optional.of(gone(gone))));
    }
    for (Host seed : candidates) {
      Outcome outcome = fetch(what, seed, () -> {}, List.of());
      if (outcome.failure().isEmpty()) {
        end(outcome);
        break;
      }
      failures.add(outcome);
      if (orders.endedBy().isPresent()) {
        break;
      }
    }
    failures.forEach(this::end);
  }

  /** All hosts that know the content as this task. */
  private void together(Content content, TaskId task, List<Host> hosts)
      throws InterruptedException {
    CompletableFuture<Void> lead = new CompletableFuture<>();
    List<String> seedsFailed = Collections.synchronizedList(new ArrayList<>());
    List<Host> others = SeedOrder.of(task, hosts);
    Crew crew = new Crew(services.executor(), order.pace().hosts());
    if (order.scope() == PreheatScope.ALL_SEED_PEERS) {
      Host first = others.removeFirst();
      crew.start(() -> {
        Outcome outcome = fetch(content, first, () -> lead.complete(null), List.of());
        lead.complete(null);
        end(outcome);
      });
    } else {
      services.executor().execute(() -> lead(content, hosts.getFirst(), task, lead, seedsFailed));
    }
    awaitLead(lead);
    for (Host host : others) {
      crew.start(() -> end(fetch(content, host, () -> {}, seedsFailed)));
    }
    crew.await();
  }

  /** Seeds that are nobody's target read the source for the others, one after the other. */
  private void lead(
      Content content,
      Host kind,
      TaskId task,
      CompletableFuture<Void> lead,
      List<String> seedsFailed) {
    try {
      for (Host seed : SeedOrder.of(task, plan.seeds())) {
        TargetDownload download =
            new TargetDownload(() -> lead.complete(null), (at, of) -> {}, services.time());
        Optional<String> failure = orders.fetch(seed, content.on(kind), true, download);
        if (failure.isEmpty() || orders.endedBy().isPresent()) {
          return;
        }
        LOG.warn("seed did not lead task={} reason=\"{}\"", task, failure.get());
        seedsFailed.add(failure.get());
      }
    } finally {
      lead.complete(null);
    }
  }

  private void awaitLead(CompletableFuture<Void> lead) {
    try {
      orders.await(lead, LONGEST_LEAD);
    } catch (TimeoutException e) {
      LOG.info("others do not wait longer for the seed waited={}", LONGEST_LEAD);
    } catch (CancellationException | ExecutionException e) {
      // The orders were ended; each target says so itself.
    }
  }

  private Outcome fetch(Content content, Host host, Runnable onStart, List<String> seedsFailed) {
    Target target = new Target(content.url(), host.id());
    TargetDownload download =
        new TargetDownload(
            onStart, (at, of) -> listener.progressed(target, at, of), services.time());
    TaskSpec spec = content.on(host);
    Optional<String> failure = orders.fetch(host, spec, services.trusts(host), download);
    if (failure.isPresent() && !seedsFailed.isEmpty()) {
      failure = Optional.of(failure.get() + "; seeds before: " + String.join("; ", seedsFailed));
    }
    long length = failure.isPresent() ? download.contentLength() : length(spec, download);
    return new Outcome(target, length, download.originBytes(), failure);
  }

  /** A host that had everything before says no length. */
  private long length(TaskSpec content, TargetDownload download) {
    return download.contentLength() > 0 ? download.contentLength() : services.length(content);
  }

  private static String gone(HostId host) {
    return "host %s of the plan is not announced any more".formatted(host);
  }

  private void end(Outcome outcome) {
    outcome
        .failure()
        .ifPresent(reason ->
            LOG.warn(
                "preheat target failed host={} reason=\"{}\"", outcome.target().host(), reason));
    tally.add(outcome.originBytes(), outcome.failure().isEmpty());
    listener.ended(outcome);
  }
}
