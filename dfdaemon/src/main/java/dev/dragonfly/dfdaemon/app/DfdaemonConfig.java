package dev.dragonfly.dfdaemon.app;

import dev.dragonfly.dfdaemon.dynconfig.ManagerConfig;
import dev.dragonfly.dfdaemon.dynconfig.SchedulerConfig;
import dev.dragonfly.dfdaemon.dynconfig.SeedPeerConfig;
import dev.dragonfly.dfdaemon.host.HostConfig;
import dev.dragonfly.dfdaemon.link.LinkConfig;
import dev.dragonfly.dfdaemon.proxy.ProxyConfig;
import dev.dragonfly.dfdaemon.source.SourceConfig;
import dev.dragonfly.dfdaemon.storage.StorageConfig;
import dev.dragonfly.dfdaemon.transfer.UploadConfig;

/**
 * The configuration of a daemon; what a file leaves out is in the documented one of its {@link
 * DaemonRole}.
 *
 * @param host who this host is
 * @param server where it listens for gRPC
 * @param upload how pieces are served
 * @param session swarm sessions with other hosts
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
    LinkConfig session,
    DownloadConfig download,
    SourceConfig source,
    StorageConfig storage,
    SchedulerConfig scheduler,
    ManagerConfig manager,
    SeedPeerConfig seedPeer,
    MetricsConfig metrics,
    ProxyConfig proxy) {}
