package dev.dragonfly.dfdaemon.app;

import dev.dragonfly.dfdaemon.dynconfig.ManagerConfig;
import dev.dragonfly.dfdaemon.dynconfig.SchedulerConfig;
import dev.dragonfly.dfdaemon.dynconfig.SeedPeerConfig;
import dev.dragonfly.dfdaemon.host.HostConfig;
import dev.dragonfly.dfdaemon.proxy.ProxyConfig;
import dev.dragonfly.dfdaemon.source.SourceConfig;
import dev.dragonfly.dfdaemon.storage.StorageConfig;
import dev.dragonfly.dfdaemon.transfer.UploadConfig;
import java.util.List;
import java.util.Objects;

/**
 * The configuration of a daemon; every part may be left out. The file is docs/config/dfdaemon.yaml.
 *
 * @param host who this host is
 * @param server where it listens for gRPC
 * @param upload how pieces are served
 * @param download how downloads behave
 * @param source how sources are reached
 * @param storage where content is kept
 * @param scheduler how schedulers are found and spoken to
 * @param manager the manager that knows them
 * @param seedPeer how a seed peer registers with the manager
 * @param metrics where metrics are served
 * @param proxy the HTTP proxy of container runtimes
 */
public record DfdaemonConfig(
    HostConfig host,
    ServerConfig server,
    UploadConfig upload,
    DownloadConfig download,
    SourceConfig source,
    StorageConfig storage,
    SchedulerConfig scheduler,
    ManagerConfig manager,
    SeedPeerConfig seedPeer,
    MetricsConfig metrics,
    ProxyConfig proxy) {
  private static final int PIECE_PORT = 4005;

  public DfdaemonConfig {
    host = Objects.requireNonNullElse(host, HostConfig.DETECTED);
    server = Objects.requireNonNullElseGet(server, () -> new ServerConfig(null, null, null));
    upload = Objects.requireNonNullElseGet(upload, () -> UploadConfig.onPort(PIECE_PORT));
    download = Objects.requireNonNullElseGet(download, DownloadConfig::defaults);
    source = Objects.requireNonNullElse(source, SourceConfig.DEFAULT);
    storage = Objects.requireNonNullElseGet(storage, () -> new StorageConfig(null, 0, 0, 0, null));
    scheduler = Objects.requireNonNullElseGet(scheduler, () -> SchedulerConfig.of(List.of()));
    manager = Objects.requireNonNullElse(manager, ManagerConfig.NONE);
    seedPeer = Objects.requireNonNullElse(seedPeer, SeedPeerConfig.DEFAULT);
    metrics = Objects.requireNonNullElseGet(metrics, () -> new MetricsConfig(null, null));
    proxy = Objects.requireNonNullElse(proxy, ProxyConfig.DEFAULT);
  }
}
