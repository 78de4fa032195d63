package dev.dragonfly.dfdaemon.app;

import dev.dragonfly.dfdaemon.dynconfig.ManagerConfig;
import dev.dragonfly.dfdaemon.dynconfig.SchedulerConfig;
import dev.dragonfly.dfdaemon.host.HostConfig;
import dev.dragonfly.dfdaemon.source.SourceConfig;
import dev.dragonfly.dfdaemon.storage.StorageConfig;
import dev.dragonfly.dfdaemon.transfer.UploadConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
 * @param metrics where metrics are served
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
    MetricsConfig metrics) {
  private static final int PIECE_PORT = 4005;

  public DfdaemonConfig(
      @Nullable HostConfig host,
      @Nullable ServerConfig server,
      @Nullable UploadConfig upload,
      @Nullable DownloadConfig download,
      @Nullable SourceConfig source,
      @Nullable StorageConfig storage,
      @Nullable SchedulerConfig scheduler,
      @Nullable ManagerConfig manager,
      @Nullable MetricsConfig metrics) {
    this.host = host == null ? HostConfig.DETECTED : host;
    this.server = server == null ? new ServerConfig(null, null, null) : server;
    this.upload = upload == null ? UploadConfig.onPort(PIECE_PORT) : upload;
    this.download =
        download == null ? new DownloadConfig(null, 0, null, null, null, null) : download;
    this.source = source == null ? SourceConfig.DEFAULT : source;
    this.storage = storage == null ? new StorageConfig(null, 0, 0, 0) : storage;
    this.scheduler = scheduler == null ? SchedulerConfig.of(List.of()) : scheduler;
    this.manager = manager == null ? ManagerConfig.NONE : manager;
    this.metrics = metrics == null ? new MetricsConfig(null, null) : metrics;
  }
}
