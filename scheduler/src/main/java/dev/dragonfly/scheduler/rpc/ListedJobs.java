package dev.dragonfly.scheduler.rpc;

import com.google.protobuf.ByteString;
import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.common.v2.HDFS;
import dev.dragonfly.api.common.v2.ObjectStorage;
import dev.dragonfly.api.ext.v1.PreheatRequest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.joblist.DeleteTaskArguments;
import dev.dragonfly.common.joblist.DeleteTaskResult;
import dev.dragonfly.common.joblist.GetTaskArguments;
import dev.dragonfly.common.joblist.GetTaskResult;
import dev.dragonfly.common.joblist.JobKind;
import dev.dragonfly.common.joblist.ListedHost;
import dev.dragonfly.common.joblist.PreheatArguments;
import dev.dragonfly.common.joblist.PreheatResult;
import dev.dragonfly.common.joblist.Signature;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.scheduler.job.JobListWorker;
import dev.dragonfly.scheduler.job.PreheatOrder;
import dev.dragonfly.scheduler.job.PreheatScope;
import dev.dragonfly.scheduler.job.TaskCopies;
import dev.dragonfly.scheduler.store.HostDirectory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;

/** Does what a manager of upstream asks for by the list; answers as its schedulers would. */
public final class ListedJobs implements JobListWorker.Work {
  private final RequestedPreheats preheats;
  private final TaskCopies copies;
  private final HostDirectory hosts;
  private final long cluster;

  public ListedJobs(
      RequestedPreheats preheats, TaskCopies copies, HostDirectory hosts, long cluster) {
    this.preheats = preheats;
    this.copies = copies;
    this.hosts = hosts;
    this.cluster = cluster;
  }

  @Override
  public String run(JobKind kind, Signature job) {
    return switch (kind) {
      case PREHEAT -> preheat(PreheatArguments.read(job.argument()));
      case GET_TASK -> find(GetTaskArguments.read(job.argument()));
      case DELETE_TASK -> delete(DeleteTaskArguments.read(job.argument()));
      case SYNC_PEERS -> ListedHost.json(hosts.list().stream().map(this::listed).toList());
    };
  }

  @Override
  public void close() {
    preheats.cancelAll("the scheduler ends");
  }

  private String preheat(PreheatArguments arguments) {
    Duration timeout =
        arguments.timeout().isPositive() ? arguments.timeout() : PreheatOrder.Pace.TIMEOUT;
    PreheatCollector collected = preheats.follow(request(arguments), timeout);
    List<PreheatResult.Success> successes = new ArrayList<>();
    List<PreheatResult.Failure> failures = new ArrayList<>();
    collected.each((outcome, host) -> {
      String url = outcome.target().url();
      outcome
          .failure()
          .ifPresentOrElse(
              failure ->
                  failures.add(new PreheatResult.Failure(url, host.hostname(), host.ip(), failure)),
              () -> successes.add(new PreheatResult.Success(url, host.hostname(), host.ip())));
    });
    if (successes.isEmpty()) {
      throw new DragonflyException(
          ErrorCode.UNAVAILABLE,
          "all peers preheat failed: "
              + (failures.isEmpty() ? "no host was asked" : failures.getFirst().description()));
    }
    return new PreheatResult(successes, failures, cluster).json();
  }

  private static PreheatRequest request(PreheatArguments arguments) {
    PreheatRequest.Builder request =
        PreheatRequest.newBuilder()
            .setDownload(download(arguments))
            .addAllUrls(arguments.urls())
            .setScope(scope(arguments.scope()))
            .addAllIps(arguments.ips())
            .setConcurrentTaskCount(arguments.concurrentTaskCount())
            .setConcurrentPeerCount(arguments.concurrentPeerCount());
    if (arguments.urls().isEmpty()) {
      request.addUrls(arguments.url());
    }
    arguments.count().ifPresent(request::setCount);
    arguments.percentage().ifPresent(request::setPercentage);
    return request.build();
  }

  /** What upstream does not know it takes for the default. */
  private static String scope(String name) {
    for (PreheatScope scope : PreheatScope.values()) {
      if (scope.wireName().equals(name)) {
        return name;
      }
    }
    return PreheatScope.SINGLE_SEED_PEER.wireName();
  }

  private static Download download(PreheatArguments arguments) {
    Download.Builder download =
        Download.newBuilder()
            .setTag(arguments.tag())
            .setApplication(arguments.application())
            .setPriorityValue(arguments.priority())
            .putAllRequestHeader(arguments.headers());
    for (String parameter : arguments.filteredQueryParams().split("&", -1)) {
      if (!parameter.isBlank()) {
        download.addFilteredQueryParams(parameter);
      }
    }
    arguments.pieceLength().ifPresent(download::setPieceLength);
    arguments.outputPath().filter(path -> !path.isEmpty()).ifPresent(download::setOutputPath);
    arguments.objectStorage().ifPresent(store -> download.setObjectStorage(storage(store)));
    arguments
        .hdfs()
        .ifPresent(
            hdfs -> download.setHdfs(HDFS.newBuilder().setDelegationToken(hdfs.delegationToken())));
    for (String certificate : arguments.certificateChain()) {
      try {
        download.addCertificateChain(ByteString.copyFrom(Base64.getDecoder().decode(certificate)));
      } catch (IllegalArgumentException e) {
        throw new DragonflyException(
            ErrorCode.INVALID_ARGUMENT, "certificate_chain is not base64", e);
      }
    }
    return download.build();
  }

  private static ObjectStorage storage(PreheatArguments.ObjectStorage store) {
    ObjectStorage.Builder proto =
        ObjectStorage.newBuilder().setInsecureSkipVerify(store.insecureSkipVerify());
    given(store.region(), proto::setRegion);
    given(store.endpoint(), proto::setEndpoint);
    given(store.accessKeyId(), proto::setAccessKeyId);
    given(store.accessKeySecret(), proto::setAccessKeySecret);
    given(store.sessionToken(), proto::setSessionToken);
    given(store.credentialPath(), proto::setCredentialPath);
    given(store.predefinedAcl(), proto::setPredefinedAcl);
    given(store.securityToken(), proto::setSecurityToken);
    return proto.build();
  }

  private static void given(String text, Consumer<String> field) {
    if (!text.isEmpty()) {
      field.accept(text);
    }
  }

  private String find(GetTaskArguments arguments) {
    TaskId task = SchedulerService.parse("task_id", arguments.taskId(), TaskId::new);
    List<GetTaskResult.Holder> holders =
        copies
            .find(task, SchedulerJobsService.hostsAtOnce(arguments.concurrentPeerCount()))
            .stream()
            .map(holder ->
                new GetTaskResult.Holder(
                    holder.host().id().value(),
                    holder.host().hostname(),
                    holder.host().ip(),
                    JobMapper.type(holder.host()),
                    holder.copy().createdAt(),
                    holder.copy().updatedAt(),
                    holder.copy().finished()))
            .toList();
    return new GetTaskResult(holders, cluster).json();
  }

  private String delete(DeleteTaskArguments arguments) {
    TaskId task = SchedulerService.parse("task_id", arguments.taskId(), TaskId::new);
    List<DeleteTaskResult.Success> successes = new ArrayList<>();
    List<DeleteTaskResult.Failure> failures = new ArrayList<>();
    for (TaskCopies.Deletion deletion : copies.delete(task)) {
      Host host = deletion.host();
      String type = JobMapper.type(host);
      deletion
          .failure()
          .ifPresentOrElse(
              failure ->
                  failures.add(
                      new DeleteTaskResult.Failure(host.hostname(), host.ip(), type, failure)),
              () -> successes.add(new DeleteTaskResult.Success(host.hostname(), host.ip(), type)));
    }
    return new DeleteTaskResult(successes, failures, cluster).json();
  }

  private ListedHost listed(Host host) {
    return new ListedHost(
        host.id().value(),
        host.type().number(),
        host.hostname(),
        host.ip(),
        host.port(),
        host.port(),
        host.proxyPort(),
        "linux",
        "",
        "",
        "",
        "",
        new ListedHost.Network(host.idc().orElse(""), host.location().orElse("")),
        new ListedHost.Build(host.isOurs() ? "java" : "", "", ""),
        // A manager drops hosts of no cluster; daemons need not know the number of theirs.
        host.schedulerClusterId() > 0 ? host.schedulerClusterId() : cluster);
  }
}
