package dev.dragonfly.scheduler.rpc;

import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.common.v2.TaskType;
import dev.dragonfly.api.ext.v1.PreheatRequest;
import dev.dragonfly.api.ext.v1.PreheatTarget;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.task.DefaultFilteredQueryParams;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.wire.AddressMapper;
import dev.dragonfly.common.wire.Arguments;
import dev.dragonfly.common.wire.FieldLimits;
import dev.dragonfly.common.wire.TaskMapper;
import dev.dragonfly.scheduler.job.HostFilter;
import dev.dragonfly.scheduler.job.PreheatOrder;
import dev.dragonfly.scheduler.job.PreheatOrder.Earlier;
import dev.dragonfly.scheduler.job.PreheatOrder.Pace;
import dev.dragonfly.scheduler.job.PreheatScope;
import dev.dragonfly.scheduler.job.Target;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Preheats of the wire as orders, every field of them checked. */
final class PreheatRequests {
  private PreheatRequests() {}

  /**
   * The order.
   *
   * @param timeout for all of it
   * @throws dev.dragonfly.common.error.DragonflyException INVALID_ARGUMENT naming the field
   */
  static PreheatOrder order(PreheatRequest request, Optional<Duration> timeout) {
    Arguments.check(request.getUrlsCount() > 0, () -> "urls must not be empty");
    Arguments.atMost("urls", request.getUrlsCount(), FieldLimits.PREHEAT_URLS);
    Download shared = shared(request.getDownload());
    for (String url : request.getUrlsList()) {
      TaskMapper.toSpec(shared.toBuilder().setUrl(url).clearRequestHeader().build());
    }
    TaskSpec spec = TaskMapper.toSpec(shared.toBuilder().setUrl(request.getUrls(0)).build());
    return Arguments.parse(
        "request",
        request,
        r ->
            new PreheatOrder(
                spec.withRequestHeader(Map.of()).withoutDigest(),
                r.getUrlsList(),
                Arguments.parse("scope", r.getScope(), PreheatScope::of),
                filter(r),
                new Pace(
                    number("concurrent_task_count", r.getConcurrentTaskCount(), Pace.CONTENTS),
                    number("concurrent_peer_count", r.getConcurrentPeerCount(), Pace.HOSTS),
                    timeout),
                isSecret(shared),
                earlier(r)));
  }

  /**
   * The download that a host is sent.
   *
   * @param shared what all contents share
   * @param trusted whether it is given what opens the source; who is not must not try there
   */
  static Download download(Download shared, TaskSpec content, boolean trusted) {
    Download.Builder download =
        TaskMapper.toDownload(content.withRequestHeader(Map.of())).toBuilder()
            .setPriority(shared.getPriority())
            .addAllCertificateChain(shared.getCertificateChainList());
    if (shared.hasOutputPath()) {
      download.setOutputPath(shared.getOutputPath());
    }
    if (trusted) {
      download.putAllRequestHeader(shared.getRequestHeaderMap());
      if (shared.hasObjectStorage()) {
        download.setObjectStorage(shared.getObjectStorage());
      }
      if (shared.hasHdfs()) {
        download.setHdfs(shared.getHdfs());
      }
    }
    return download.setDisableBackToSource(!trusted && isSecret(shared)).build();
  }

  /** As upstream has it: who names no parameters means the usual signatures of URLs. */
  static Download shared(Download download) {
    Download.Builder shared = download.toBuilder().setType(TaskType.STANDARD).clearRange();
    if (shared.getFilteredQueryParamsCount() == 0) {
      shared.addAllFilteredQueryParams(DefaultFilteredQueryParams.ALL);
    }
    // An identity of its own would be that of every content.
    return shared.clearContentForCalculatingTaskId().clearDigest().build();
  }

  private static boolean isSecret(Download shared) {
    return shared.getRequestHeaderCount() > 0 || shared.hasObjectStorage() || shared.hasHdfs();
  }

  private static HostFilter filter(PreheatRequest request) {
    Arguments.atMost("ips", request.getIpsCount(), FieldLimits.PREHEAT_IPS);
    request.getIpsList().forEach(ip -> AddressMapper.address("ips", ip));
    return new HostFilter(
        request.getIpsList(),
        request.hasCount() ? OptionalInt.of(request.getCount()) : OptionalInt.empty(),
        request.hasPercentage() ? OptionalInt.of(request.getPercentage()) : OptionalInt.empty());
  }

  private static int number(String field, int value, int unsaid) {
    Arguments.check(value >= 0, () -> field + " must not be " + Integer.toUnsignedString(value));
    return value == 0 ? unsaid : value;
  }

  private static Earlier earlier(PreheatRequest request) {
    Set<String> urls = new HashSet<>(request.getUrlsList());
    return new Earlier(
        new HashSet<>(targets("finished", request.getFinishedList(), urls)),
        targets("planned", request.getPlannedList(), urls));
  }

  private static List<Target> targets(String field, List<PreheatTarget> targets, Set<String> urls) {
    Arguments.atMost(field, targets.size(), FieldLimits.PREHEAT_TARGETS);
    return targets.stream()
        .filter(target -> urls.contains(target.getUrl()))
        .map(target ->
            new Target(
                target.getUrl(),
                Arguments.parse(field + ".host_id", target.getHostId(), HostId::new)))
        .toList();
  }
}
