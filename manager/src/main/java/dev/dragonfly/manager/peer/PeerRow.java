package dev.dragonfly.manager.peer;

import dev.dragonfly.manager.cluster.SchedulerClusterView;
import dev.dragonfly.manager.row.BaseRow;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/** A peer as it was reported once; nothing decides anything by it. */
@Entity
@Table(name = "peers")
public class PeerRow extends BaseRow {
  private String hostName = "";
  private String type = "";
  private String idc = "";
  private String location = "";
  private String ip = "";
  private int port;
  private int downloadPort;
  private int proxyPort;
  private int objectStoragePort;
  private String state = "inactive";
  private String os = "";
  private String platform = "";
  private String platformFamily = "";
  private String platformVersion = "";
  private String kernelVersion = "";
  private String gitVersion = "";
  private String gitCommit = "";
  private String buildPlatform = "";
  private long schedulerClusterId;

  protected PeerRow() {}

  static PeerRow empty() {
    return new PeerRow();
  }

  /** Takes over what a body says. */
  void fill(NewPeer body) {
    hostName = orEmpty(body.hostName());
    type = orEmpty(body.type());
    idc = orEmpty(body.idc());
    location = orEmpty(body.location());
    ip = orEmpty(body.ip());
    port = orZero(body.port());
    downloadPort = orZero(body.downloadPort());
    proxyPort = orZero(body.proxyPort());
    objectStoragePort = orZero(body.objectStoragePort());
    state = orEmpty(body.state()).isEmpty() ? state : orEmpty(body.state());
    os = orEmpty(body.os());
    platform = orEmpty(body.platform());
    platformFamily = orEmpty(body.platformFamily());
    platformVersion = orEmpty(body.platformVersion());
    kernelVersion = orEmpty(body.kernelVersion());
    gitVersion = orEmpty(body.gitVersion());
    gitCommit = orEmpty(body.gitCommit());
    buildPlatform = orEmpty(body.buildPlatform());
    schedulerClusterId = body.schedulerClusterId();
  }

  long schedulerClusterId() {
    return schedulerClusterId;
  }

  PeerView view(SchedulerClusterView cluster) {
    return new PeerView(
        id(),
        createdAt(),
        updatedAt(),
        0,
        hostName,
        type,
        idc,
        location,
        ip,
        port,
        downloadPort,
        proxyPort,
        objectStoragePort,
        state,
        os,
        platform,
        platformFamily,
        platformVersion,
        kernelVersion,
        gitVersion,
        gitCommit,
        buildPlatform,
        schedulerClusterId,
        cluster);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static int orZero(@Nullable Integer number) {
    return number == null ? 0 : number;
  }
}
