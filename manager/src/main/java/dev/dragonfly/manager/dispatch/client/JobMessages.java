package dev.dragonfly.manager.dispatch.client;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.common.v2.HDFS;
import dev.dragonfly.api.common.v2.Host;
import dev.dragonfly.api.ext.v1.PreheatRequest;
import dev.dragonfly.api.ext.v1.PreheatTarget;
import dev.dragonfly.manager.dispatch.HostWords;
import dev.dragonfly.manager.dispatch.JobHost;
import dev.dragonfly.manager.dispatch.KnownHost;
import dev.dragonfly.manager.dispatch.PreheatOrder;
import dev.dragonfly.manager.dispatch.PreheatOrder.ObjectStorage;
import dev.dragonfly.manager.dispatch.PreheatOrder.Target;
import dev.dragonfly.manager.dispatch.TaskDeletion;
import dev.dragonfly.manager.dispatch.TaskHolder;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** Jobs as messages. */
final class JobMessages {
  private JobMessages() {}

  static PreheatRequest request(PreheatOrder order) {
    PreheatRequest.Builder request =
        PreheatRequest.newBuilder()
            .setDownload(download(order))
            .addAllUrls(order.urls())
            .setScope(order.scope())
            .addAllIps(order.ips())
            .setConcurrentTaskCount(order.concurrentTaskCount())
            .setConcurrentPeerCount(order.concurrentPeerCount())
            .addAllFinished(targets(order.finished()))
            .addAllPlanned(targets(order.planned()));
    order.count().ifPresent(request::setCount);
    order.percentage().ifPresent(request::setPercentage);
    return request.build();
  }

  static Target target(PreheatTarget target) {
    return new Target(target.getUrl(), target.getHostId());
  }

  static JobHost host(dev.dragonfly.api.ext.v1.JobHost host) {
    return new JobHost(host.getHostId(), host.getHostname(), host.getIp(), host.getType());
  }

  static TaskHolder holder(dev.dragonfly.api.ext.v1.TaskHolder holder) {
    return new TaskHolder(
        host(holder.getHost()),
        holder.getFinished(),
        instant(holder.getCreatedAt()),
        instant(holder.getUpdatedAt()));
  }

  static TaskDeletion deletion(dev.dragonfly.api.ext.v1.TaskDeletion deletion) {
    return new TaskDeletion(host(deletion.getHost()), deletion.getFailure());
  }

  static KnownHost known(Host host) {
    return new KnownHost(
        new JobHost(host.getId(), host.getHostname(), host.getIp(), HostWords.of(host.getType())),
        host.getNetwork().getIdc(),
        host.getNetwork().getLocation(),
        host.getPort(),
        host.getDownloadPort(),
        host.getProxyPort(),
        host.getOs(),
        host.getPlatform(),
        host.getPlatformFamily(),
        host.getPlatformVersion(),
        host.getKernelVersion(),
        host.getBuild().getGitVersion(),
        host.getBuild().getGitCommit(),
        host.getBuild().getPlatform());
  }

  private static Download download(PreheatOrder order) {
    Download.Builder download =
        Download.newBuilder()
            .addAllFilteredQueryParams(order.filteredQueryParams())
            .putAllRequestHeader(order.headers())
            .setTimeout(
                Duration.newBuilder()
                    .setSeconds(order.timeout().toSeconds())
                    .setNanos(order.timeout().toNanosPart()));
    given(order.tag(), download::setTag);
    given(order.application(), download::setApplication);
    order.pieceLength().ifPresent(download::setPieceLength);
    order.objectStorage().ifPresent(store -> download.setObjectStorage(objectStorage(store)));
    order
        .hdfsDelegationToken()
        .ifPresent(token -> download.setHdfs(HDFS.newBuilder().setDelegationToken(token).build()));
    return download.build();
  }

  private static dev.dragonfly.api.common.v2.ObjectStorage objectStorage(ObjectStorage store) {
    dev.dragonfly.api.common.v2.ObjectStorage.Builder message =
        dev.dragonfly.api.common.v2.ObjectStorage.newBuilder();
    given(store.region(), message::setRegion);
    given(store.endpoint(), message::setEndpoint);
    given(store.accessKeyId(), message::setAccessKeyId);
    given(store.accessKeySecret(), message::setAccessKeySecret);
    given(store.sessionToken(), message::setSessionToken);
    given(store.credentialPath(), message::setCredentialPath);
    given(store.predefinedAcl(), message::setPredefinedAcl);
    given(store.securityToken(), message::setSecurityToken);
    if (store.insecureSkipVerify()) {
      message.setInsecureSkipVerify(true);
    }
    return message.build();
  }

  /** An empty text says nothing; on the wire that is a field that is not there. */
  private static void given(String text, Consumer<String> field) {
    if (!text.isEmpty()) {
      field.accept(text);
    }
  }

  private static List<PreheatTarget> targets(List<Target> targets) {
    return targets.stream()
        .map(target ->
            PreheatTarget.newBuilder().setUrl(target.url()).setHostId(target.hostId()).build())
        .toList();
  }

  private static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }
}
