package dev.dragonfly.manager.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import dev.dragonfly.api.manager.v2.DeleteSeedPeerRequest;
import dev.dragonfly.api.manager.v2.GetSchedulerRequest;
import dev.dragonfly.api.manager.v2.GetSeedPeerRequest;
import dev.dragonfly.api.manager.v2.KeepAliveRequest;
import dev.dragonfly.api.manager.v2.ListApplicationsRequest;
import dev.dragonfly.api.manager.v2.ListApplicationsResponse;
import dev.dragonfly.api.manager.v2.ListSchedulersRequest;
import dev.dragonfly.api.manager.v2.ListSchedulersResponse;
import dev.dragonfly.api.manager.v2.ListSeedPeersRequest;
import dev.dragonfly.api.manager.v2.ListSeedPeersResponse;
import dev.dragonfly.api.manager.v2.ManagerGrpc;
import dev.dragonfly.api.manager.v2.Scheduler;
import dev.dragonfly.api.manager.v2.SeedPeer;
import dev.dragonfly.api.manager.v2.UpdateSchedulerRequest;
import dev.dragonfly.api.manager.v2.UpdateSeedPeerRequest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.manager.application.ApplicationRow;
import dev.dragonfly.manager.application.ApplicationStore;
import dev.dragonfly.manager.dynconfig.JsonDocument;
import dev.dragonfly.manager.instance.InstanceKey;
import dev.dragonfly.manager.instance.InstanceKind;
import dev.dragonfly.manager.instance.KeepAlives;
import dev.dragonfly.manager.instance.Registrations;
import dev.dragonfly.manager.instance.SchedulerRegistration;
import dev.dragonfly.manager.instance.SchedulerRow;
import dev.dragonfly.manager.instance.SeedPeerRegistration;
import dev.dragonfly.manager.instance.SeedPeerRow;
import dev.dragonfly.manager.searcher.Daemon;
import dev.dragonfly.manager.searcher.SchedulerSearch;
import dev.dragonfly.manager.searcher.Topology;
import io.grpc.stub.StreamObserver;
import java.util.List;
import org.springframework.stereotype.Component;

/** The service that schedulers, seed peers and daemons call. Runs on virtual threads. */
@Component
public final class ManagerService extends ManagerGrpc.ManagerImplBase {
  private static final List<String> DEFAULT_FEATURES =
      List.of(SchedulerRow.SCHEDULE, SchedulerRow.PREHEAT);

  private final Topology topology;
  private final SchedulerSearch search;
  private final Registrations registrations;
  private final KeepAlives keepAlives;
  private final ApplicationStore applications;
  private final Time time;
  private final SchedulerMessages messages = new SchedulerMessages();

  ManagerService(
      Topology topology,
      SchedulerSearch search,
      Registrations registrations,
      KeepAlives keepAlives,
      ApplicationStore applications,
      Time time) {
    this.topology = topology;
    this.search = search;
    this.registrations = registrations;
    this.keepAlives = keepAlives;
    this.applications = applications;
    this.time = time;
  }

  @Override
  public void getSeedPeer(GetSeedPeerRequest request, StreamObserver<SeedPeer> response) {
    Answer.send(response, () -> seedPeer(request));
  }

  @Override
  public void listSeedPeers(
      ListSeedPeersRequest request, StreamObserver<ListSeedPeersResponse> response) {
    Answer.send(response, () -> seedPeers(request));
  }

  @Override
  public void updateSeedPeer(UpdateSeedPeerRequest request, StreamObserver<SeedPeer> response) {
    Answer.send(response, () -> register(request));
  }

  @Override
  public void deleteSeedPeer(DeleteSeedPeerRequest request, StreamObserver<Empty> response) {
    Answer.send(response, () -> remove(request));
  }

  @Override
  public void getScheduler(GetSchedulerRequest request, StreamObserver<Scheduler> response) {
    Answer.send(response, () -> scheduler(request));
  }

  @Override
  public void updateScheduler(UpdateSchedulerRequest request, StreamObserver<Scheduler> response) {
    Answer.send(response, () -> register(request));
  }

  @Override
  public void listSchedulers(
      ListSchedulersRequest request, StreamObserver<ListSchedulersResponse> response) {
    Answer.send(response, () -> schedulers(request));
  }

  @Override
  public void listApplications(
      ListApplicationsRequest request, StreamObserver<ListApplicationsResponse> response) {
    Answer.send(response, () -> applications(request));
  }

  @Override
  public StreamObserver<KeepAliveRequest> keepAlive(StreamObserver<Empty> response) {
    return new KeepAliveStream(keepAlives, time, response);
  }

  private SeedPeer seedPeer(GetSeedPeerRequest request) {
    RequestRules.source(request.getSourceType());
    RequestRules.hostname(request.getHostname());
    RequestRules.optionalIp(request.getIp());
    RequestRules.clusterId(request.getSeedPeerClusterId());
    return topology
        .seedPeer(request.getHostname(), request.getSeedPeerClusterId())
        .map(ManagerMessages::seedPeer)
        .orElseThrow(
            () -> notFound("seed peer", request.getHostname(), request.getSeedPeerClusterId()));
  }

  private ListSeedPeersResponse seedPeers(ListSeedPeersRequest request) {
    RequestRules.source(request.getSourceType());
    RequestRules.hostname(request.getHostname());
    RequestRules.ip(request.getIp());
    RequestRules.text("version", request.getVersion());
    RequestRules.text("commit", request.getCommit());
    List<SeedPeerRow> rows = topology.seedPeersBeside(request.getHostname(), request.getIp());
    if (rows.isEmpty()) {
      throw new DragonflyException(ErrorCode.NOT_FOUND, "seed peer not found");
    }
    ListSeedPeersResponse.Builder response = ListSeedPeersResponse.newBuilder();
    rows.forEach(row -> response.addSeedPeers(ManagerMessages.seedPeer(row)));
    return response.build();
  }

  private SeedPeer register(UpdateSeedPeerRequest request) {
    RequestRules.source(request.getSourceType());
    RequestRules.hostname(request.getHostname());
    RequestRules.seedPeerType(request.getType());
    RequestRules.text("idc", request.getIdc());
    RequestRules.text("location", request.getLocation());
    RequestRules.ip(request.getIp());
    RequestRules.port("port", request.getPort());
    RequestRules.port("download_port", request.getDownloadPort());
    RequestRules.clusterId(request.getSeedPeerClusterId());
    SeedPeerRow row =
        registrations.register(
            new SeedPeerRegistration(
                new InstanceKey(
                    InstanceKind.SEED_PEER,
                    request.getHostname(),
                    request.getIp(),
                    request.getSeedPeerClusterId()),
                request.getType(),
                request.getPort(),
                request.getDownloadPort(),
                request.getIdc(),
                request.getLocation()));
    return ManagerMessages.seedPeer(row).build();
  }

  private Empty remove(DeleteSeedPeerRequest request) {
    RequestRules.source(request.getSourceType());
    RequestRules.hostname(request.getHostname());
    RequestRules.optionalIp(request.getIp());
    RequestRules.clusterId(request.getSeedPeerClusterId());
    registrations.remove(
        new InstanceKey(
            InstanceKind.SEED_PEER,
            request.getHostname(),
            request.getIp(),
            request.getSeedPeerClusterId()));
    return Empty.getDefaultInstance();
  }

  private Scheduler scheduler(GetSchedulerRequest request) {
    RequestRules.source(request.getSourceType());
    RequestRules.hostname(request.getHostname());
    RequestRules.optionalIp(request.getIp());
    RequestRules.clusterId(request.getSchedulerClusterId());
    return topology
        .scheduler(request.getHostname(), request.getSchedulerClusterId())
        .map(ManagerMessages::scheduler)
        .orElseThrow(
            () -> notFound("scheduler", request.getHostname(), request.getSchedulerClusterId()));
  }

  private Scheduler register(UpdateSchedulerRequest request) {
    RequestRules.source(request.getSourceType());
    RequestRules.hostname(request.getHostname());
    RequestRules.clusterId(request.getSchedulerClusterId());
    RequestRules.text("idc", request.getIdc());
    RequestRules.text("location", request.getLocation());
    RequestRules.ip(request.getIp());
    RequestRules.port("port", request.getPort());
    RequestRules.features(request.getFeaturesList());
    RequestRules.config(request.getConfig());
    SchedulerRow row =
        registrations.register(
            new SchedulerRegistration(
                new InstanceKey(
                    InstanceKind.SCHEDULER,
                    request.getHostname(),
                    request.getIp(),
                    request.getSchedulerClusterId()),
                request.getPort(),
                request.getIdc(),
                request.getLocation(),
                request.getFeaturesCount() == 0 ? DEFAULT_FEATURES : request.getFeaturesList(),
                config(request.getConfig())));
    return ManagerMessages.scheduler(row).build();
  }

  private ListSchedulersResponse schedulers(ListSchedulersRequest request) {
    RequestRules.source(request.getSourceType());
    RequestRules.hostname(request.getHostname());
    RequestRules.ip(request.getIp());
    RequestRules.text("idc", request.getIdc());
    RequestRules.text("location", request.getLocation());
    RequestRules.text("version", request.getVersion());
    RequestRules.text("commit", request.getCommit());
    List<Scheduler> schedulers =
        request.getSchedulerClusterId() == 0
            ? messages.of(
                search.find(
                    new Daemon(
                        request.getHostname(),
                        request.getIp(),
                        request.getIdc(),
                        request.getLocation())))
            : search.of(request.getSchedulerClusterId()).stream()
                .map(ManagerMessages::scheduler)
                .toList();
    return ListSchedulersResponse.newBuilder().addAllSchedulers(schedulers).build();
  }

  private ListApplicationsResponse applications(ListApplicationsRequest request) {
    RequestRules.source(request.getSourceType());
    RequestRules.hostname(request.getHostname());
    RequestRules.ip(request.getIp());
    List<ApplicationRow> rows =
        applications.findAllByOrderById().stream()
            .filter(row -> !row.priority().equals(JsonDocument.EMPTY))
            .toList();
    if (rows.isEmpty()) {
      throw new DragonflyException(ErrorCode.NOT_FOUND, "application not found");
    }
    ListApplicationsResponse.Builder response = ListApplicationsResponse.newBuilder();
    rows.forEach(row -> response.addApplications(ManagerMessages.application(row)));
    return response.build();
  }

  private static JsonDocument config(ByteString bytes) {
    return bytes.isEmpty() ? JsonDocument.EMPTY : JsonDocument.parse(bytes.toStringUtf8());
  }

  private static DragonflyException notFound(String kind, String hostname, long clusterId) {
    return new DragonflyException(
        ErrorCode.NOT_FOUND,
        "tried to read %s host=%s cluster=%d, got no such row (expected a registered one)"
            .formatted(kind, hostname, clusterId));
  }
}
