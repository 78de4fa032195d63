package dev.dragonfly.manager.rpc;

import com.google.protobuf.ByteString;
import dev.dragonfly.api.common.v2.Priority;
import dev.dragonfly.api.manager.v2.Application;
import dev.dragonfly.api.manager.v2.ApplicationPriority;
import dev.dragonfly.api.manager.v2.Scheduler;
import dev.dragonfly.api.manager.v2.SeedPeer;
import dev.dragonfly.api.manager.v2.URLPriority;
import dev.dragonfly.manager.application.ApplicationRow;
import dev.dragonfly.manager.cluster.SchedulerCluster;
import dev.dragonfly.manager.cluster.SeedPeerCluster;
import dev.dragonfly.manager.dynconfig.JsonDocument;
import dev.dragonfly.manager.instance.SchedulerRow;
import dev.dragonfly.manager.instance.SeedPeerRow;
import dev.dragonfly.manager.searcher.PlacedScheduler;
import dev.dragonfly.manager.searcher.PlacedSeedPeer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Rows to messages. JSON bytes are never empty and hold no nulls. */
final class ManagerMessages {
  private ManagerMessages() {}

  static Scheduler scheduler(PlacedScheduler placed) {
    Scheduler.Builder message =
        scheduler(placed.scheduler()).setSchedulerCluster(cluster(placed.cluster()));
    placed.seedPeers().forEach(seed -> message.addSeedPeers(seedPeer(seed)));
    return message.build();
  }

  static Scheduler.Builder scheduler(SchedulerRow row) {
    Scheduler.Builder message =
        Scheduler.newBuilder()
            .setId(row.id())
            .setHostname(row.hostName())
            .setIp(row.ip())
            .setPort(row.port())
            .setState(row.state().word())
            .setSchedulerClusterId(row.schedulerClusterId())
            .setFeatures(
                ByteString.copyFromUtf8(JsonMapper.shared().writeValueAsString(row.features())));
    if (!row.idc().isEmpty()) {
      message.setIdc(row.idc());
    }
    if (!row.location().isEmpty()) {
      message.setLocation(row.location());
    }
    return message;
  }

  static SeedPeer seedPeer(PlacedSeedPeer placed) {
    SeedPeer.Builder message =
        seedPeer(placed.seedPeer()).setSeedPeerCluster(cluster(placed.cluster()));
    placed.schedulers().forEach(scheduler -> message.addSchedulers(scheduler(scheduler)));
    return message.build();
  }

  static SeedPeer.Builder seedPeer(SeedPeerRow row) {
    SeedPeer.Builder message =
        SeedPeer.newBuilder()
            .setId(row.id())
            .setHostname(row.hostName())
            .setType(row.type())
            .setIp(row.ip())
            .setPort(row.port())
            .setDownloadPort(row.downloadPort())
            .setState(row.state().word())
            .setSeedPeerClusterId(row.seedPeerClusterId());
    if (!row.idc().isEmpty()) {
      message.setIdc(row.idc());
    }
    if (!row.location().isEmpty()) {
      message.setLocation(row.location());
    }
    return message;
  }

  static Application application(ApplicationRow row) {
    JsonNode priority = row.priority().node();
    ApplicationPriority.Builder message =
        ApplicationPriority.newBuilder().setValueValue(level(priority.get("value")));
    JsonNode urls = priority.get("urls");
    if (urls != null) {
      for (JsonNode url : urls) {
        JsonNode regex = url.get("regex");
        message.addUrls(
            URLPriority.newBuilder()
                .setRegex(regex != null && regex.isString() ? regex.stringValue() : "")
                .setValueValue(level(url.get("value"))));
      }
    }
    return Application.newBuilder()
        .setId(row.id())
        .setName(row.name())
        .setUrl(row.url())
        .setBio(row.bio())
        .setPriority(message)
        .build();
  }

  private static dev.dragonfly.api.manager.v2.SchedulerCluster cluster(SchedulerCluster row) {
    return dev.dragonfly.api.manager.v2.SchedulerCluster.newBuilder()
        .setId(row.id())
        .setName(row.name())
        .setBio(row.bio())
        .setConfig(bytes(row.config()))
        .setClientConfig(bytes(row.clientConfig()))
        .setSeedClientConfig(bytes(row.seedClientConfig()))
        .setScopes(bytes(row.scopes()))
        .build();
  }

  private static dev.dragonfly.api.manager.v2.SeedPeerCluster cluster(SeedPeerCluster row) {
    return dev.dragonfly.api.manager.v2.SeedPeerCluster.newBuilder()
        .setId(row.id())
        .setName(row.name())
        .setBio(row.bio())
        .setConfig(bytes(row.config()))
        .build();
  }

  private static ByteString bytes(JsonDocument document) {
    return ByteString.copyFromUtf8(document.given().text());
  }

  private static int level(@Nullable JsonNode node) {
    return node != null && node.isInt() ? node.intValue() : Priority.LEVEL0_VALUE;
  }
}
