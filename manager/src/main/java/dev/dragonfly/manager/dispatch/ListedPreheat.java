package dev.dragonfly.manager.dispatch;

import dev.dragonfly.common.joblist.PreheatArguments;
import dev.dragonfly.common.joblist.PreheatResult;
import dev.dragonfly.manager.dispatch.PreheatOrder.ObjectStorage;
import dev.dragonfly.manager.dispatch.PreheatOrder.Target;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A preheat by the job list. A scheduler of upstream tells no plan and answers only at its end; it
 * does not mention a content that no seed peer got, which is a failure here.
 */
final class ListedPreheat {
  private static final String SINGLE = "single_seed_peer";

  private final SchedulerAddress scheduler;
  private final PreheatOrder order;
  private final Set<Target> finished;

  ListedPreheat(SchedulerAddress scheduler, PreheatOrder order) {
    this.scheduler = scheduler;
    this.order = order;
    this.finished = Set.copyOf(order.finished());
  }

  /**
   * What is left to fetch. Which hosts of several have a content the list cannot say, so for those
   * scopes it is everything: who has it answers at once.
   */
  List<String> urls() {
    if (!order.scope().isEmpty() && !order.scope().equals(SINGLE)) {
      return order.urls();
    }
    Set<String> done = new HashSet<>();
    finished.forEach(target -> done.add(target.url()));
    return order.urls().stream().filter(url -> !done.contains(url)).toList();
  }

  String arguments(String groupUuid, String taskUuid) {
    return new PreheatArguments(
            "",
            urls(),
            order.pieceLength(),
            order.tag(),
            String.join("&", order.filteredQueryParams()),
            order.headers(),
            order.application(),
            0,
            order.scope().isEmpty() ? SINGLE : order.scope(),
            order.ips(),
            order.percentage(),
            order.count(),
            order.concurrentTaskCount(),
            order.concurrentPeerCount(),
            List.of(),
            false,
            order.timeout(),
            groupUuid,
            taskUuid,
            order.objectStorage().map(ListedPreheat::objectStorage),
            order.hdfsDelegationToken().map(PreheatArguments.Hdfs::new),
            Optional.empty())
        .json();
  }

  /** Tells the plan as it must have been, and every outcome. */
  void report(PreheatResult result, PreheatListener listener) {
    List<Outcome> outcomes = outcomes(result);
    Map<String, JobHost> hosts = new LinkedHashMap<>();
    outcomes.forEach(outcome -> hosts.put(outcome.host().hostId(), outcome.host()));
    listener.planned(outcomes.stream().map(Outcome::target).toList(), List.copyOf(hosts.values()));
    for (Outcome outcome : outcomes) {
      listener.ended(outcome.target(), outcome.host(), 0, 0, outcome.failure());
    }
  }

  private record Outcome(Target target, JobHost host, String failure) {}

  private List<Outcome> outcomes(PreheatResult result) {
    Map<Target, Outcome> outcomes = new LinkedHashMap<>();
    Set<String> mentioned = new HashSet<>();
    for (PreheatResult.Failure failure : result.failureTasks()) {
      mentioned.add(failure.url());
      add(
          outcomes,
          failure.url(),
          host(failure.hostname(), failure.ip()),
          RedisSchedulerJobs.reason(failure.description()));
    }
    for (PreheatResult.Success success : result.successTasks()) {
      mentioned.add(success.url());
      add(outcomes, success.url(), host(success.hostname(), success.ip()), "");
    }
    JobHost nobody = new JobHost("", scheduler.hostname(), scheduler.ip(), "");
    for (String url : urls()) {
      if (!mentioned.contains(url)) {
        add(outcomes, url, nobody, "no host fetched it; the log of the scheduler says why");
      }
    }
    return new ArrayList<>(outcomes.values());
  }

  private void add(Map<Target, Outcome> outcomes, String url, JobHost host, String failure) {
    Target target = new Target(url, host.hostId());
    if (!finished.contains(target)) {
      outcomes.putIfAbsent(target, new Outcome(target, host, failure));
    }
  }

  private JobHost host(String hostname, String ip) {
    boolean ordinary = order.scope().equals("all_peers");
    return RedisSchedulerJobs.host(hostname, ip, HostWords.of(ordinary ? 0 : 1));
  }

  private static PreheatArguments.ObjectStorage objectStorage(ObjectStorage store) {
    return new PreheatArguments.ObjectStorage(
        store.region(),
        store.endpoint(),
        store.accessKeyId(),
        store.accessKeySecret(),
        store.sessionToken(),
        store.credentialPath(),
        store.predefinedAcl(),
        store.securityToken(),
        store.insecureSkipVerify());
  }
}
