package dev.dragonfly.scheduler.job;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.scheduler.seed.SeedOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who is to fetch what.
 *
 * @param contents what each host of each content is to fetch
 * @param seeds the seeds that read sources, in no order
 */
public record PreheatPlan(List<Assignment> contents, List<Host> seeds) {
  /**
   * A content with its hosts.
   *
   * @param hosts that are to have it
   * @param gone hosts of an earlier plan that are not there any more
   */
  public record Assignment(Content content, List<Host> hosts, List<HostId> gone) {
    public Assignment {
      hosts = List.copyOf(hosts);
      gone = List.copyOf(gone);
    }
  }

  public PreheatPlan {
    contents = List.copyOf(contents);
    seeds = List.copyOf(seeds);
  }

  /** Every content on every host. */
  public List<Target> targets() {
    List<Target> targets = new ArrayList<>();
    for (Assignment content : contents) {
      String url = content.content().url();
      content.hosts().forEach(host -> targets.add(new Target(url, host.id())));
      content.gone().forEach(host -> targets.add(new Target(url, host)));
    }
    return targets;
  }

  /** All hosts that can come up in outcomes. */
  public Set<Host> hosts() {
    Set<Host> hosts = new LinkedHashSet<>();
    contents.forEach(content -> hosts.addAll(content.hosts()));
    hosts.addAll(seeds);
    return hosts;
  }

  /**
   * Chooses. The same order and the same hosts give the same plan on every scheduler.
   *
   * @param live all hosts; as seeds those that are believed
   * @throws DragonflyException FAILED_PRECONDITION when nobody is there whom the order is for
   */
  static PreheatPlan of(PreheatOrder order, List<Host> live) {
    List<Content> contents =
        order.urls().stream().map(url -> Content.of(url, order.shared())).toList();
    List<Host> seeds = live.stream().filter(host -> host.type().isSeed()).toList();
    Map<String, List<HostId>> planned = byUrl(order.earlier().planned());
    Map<String, List<HostId>> finished = byUrl(order.earlier().finished());
    // Whoever planned may have died before he had written all of it: the rest is chosen here.
    boolean complete = contents.stream().allMatch(content -> planned.containsKey(content.url()));
    List<Host> drawn = complete ? List.of() : draw(order, contents.getFirst(), live);
    Map<HostId, Host> byId = new LinkedHashMap<>();
    live.forEach(host -> byId.put(host.id(), host));
    List<Assignment> assignments = new ArrayList<>();
    for (Content content : contents) {
      List<HostId> hosts = planned.get(content.url());
      Assignment all =
          hosts == null
              ? new Assignment(content, hosts(order, content, drawn), List.of())
              : asPlanned(content, hosts, byId);
      assignments.add(without(finished.getOrDefault(content.url(), List.of()), all, order.scope()));
    }
    return new PreheatPlan(assignments, seeds);
  }

  /** The first content decides which hosts are drawn, so that not the same ones are every time. */
  private static List<Host> draw(PreheatOrder order, Content first, List<Host> live) {
    boolean seeds = order.scope() != PreheatScope.ALL_PEERS;
    List<Host> scope = live.stream().filter(host -> host.type().isSeed() == seeds).toList();
    if (scope.isEmpty()) {
      throw new DragonflyException(
          ErrorCode.FAILED_PRECONDITION,
          seeds
              ? "no available seed peer: none is announced that the manager or seed.addresses lists"
              : "no available peer: no ordinary host is announced");
    }
    List<Host> ordered = SeedOrder.of(TaskIdCalculator.taskId(first.ours()), scope);
    if (order.scope() == PreheatScope.SINGLE_SEED_PEER) {
      return ordered;
    }
    List<Host> chosen = order.filter().of(ordered);
    if (chosen.isEmpty()) {
      throw new DragonflyException(
          ErrorCode.FAILED_PRECONDITION,
          "no %s found for ips %s".formatted(seeds ? "seed peer" : "peer", order.filter().ips()));
    }
    return chosen;
  }

  private static List<Host> hosts(PreheatOrder order, Content content, List<Host> drawn) {
    return order.scope() == PreheatScope.SINGLE_SEED_PEER
        ? List.of(SeedOrder.of(TaskIdCalculator.taskId(content.ours()), drawn).getFirst())
        : drawn;
  }

  private static Map<String, List<HostId>> byUrl(Collection<Target> targets) {
    return targets.stream()
        .collect(
            Collectors.groupingBy(
                Target::url, Collectors.mapping(Target::host, Collectors.toList())));
  }

  private static Assignment asPlanned(
      Content content, List<HostId> planned, Map<HostId, Host> live) {
    List<Host> hosts = new ArrayList<>();
    List<HostId> gone = new ArrayList<>();
    for (HostId id : planned) {
      Host host = live.get(id);
      if (host == null) {
        gone.add(id);
      } else {
        hosts.add(host);
      }
    }
    return new Assignment(content, hosts, gone);
  }

  private static Assignment without(List<HostId> finished, Assignment all, PreheatScope scope) {
    // A seed may have taken the place of the planned one.
    if (scope == PreheatScope.SINGLE_SEED_PEER && !finished.isEmpty()) {
      return new Assignment(all.content(), List.of(), List.of());
    }
    Set<HostId> over = Set.copyOf(finished);
    return new Assignment(
        all.content(),
        all.hosts().stream().filter(host -> !over.contains(host.id())).toList(),
        all.gone().stream().filter(host -> !over.contains(host)).toList());
  }
}
