package dev.dragonfly.dfdaemon.app;

import dev.dragonfly.common.concurrent.Chance;
import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.grpc.GrpcServers;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.lifecycle.Closer;
import dev.dragonfly.common.lifecycle.ReadyFile;
import dev.dragonfly.common.limit.Bandwidth;
import dev.dragonfly.common.net.HostAndPort;
import dev.dragonfly.common.observe.Metrics;
import dev.dragonfly.common.observe.MetricsServer;
import dev.dragonfly.common.piece.RunSigner;
import dev.dragonfly.common.policy.CurrentPolicy;
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.common.time.SystemTimers;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.backtosource.SourceReading;
import dev.dragonfly.dfdaemon.client.GrpcParentPieces;
import dev.dragonfly.dfdaemon.client.PeerAddresses;
import dev.dragonfly.dfdaemon.host.HostDescription;
import dev.dragonfly.dfdaemon.host.LoadSampler;
import dev.dragonfly.dfdaemon.host.Machine;
import dev.dragonfly.dfdaemon.link.LinkGround;
import dev.dragonfly.dfdaemon.link.Links;
import dev.dragonfly.dfdaemon.net.EventLoops;
import dev.dragonfly.dfdaemon.net.HostNames;
import dev.dragonfly.dfdaemon.proxy.ProxyContext;
import dev.dragonfly.dfdaemon.proxy.ProxyServer;
import dev.dragonfly.dfdaemon.rpc.DataAddress;
import dev.dragonfly.dfdaemon.rpc.LocalServer;
import dev.dragonfly.dfdaemon.rpc.RpcContext;
import dev.dragonfly.dfdaemon.rpc.TriggerGuard;
import dev.dragonfly.dfdaemon.rpc.UploadService;
import dev.dragonfly.dfdaemon.session.MeteredSessions;
import dev.dragonfly.dfdaemon.source.HttpSource;
import dev.dragonfly.dfdaemon.source.SentChunks;
import dev.dragonfly.dfdaemon.source.SourceConfig;
import dev.dragonfly.dfdaemon.storage.AwaitedTasks;
import dev.dragonfly.dfdaemon.storage.BlockBuffers;
import dev.dragonfly.dfdaemon.storage.DiskTaskStore;
import dev.dragonfly.dfdaemon.storage.OutputWriter;
import dev.dragonfly.dfdaemon.storage.TaskStore;
import dev.dragonfly.dfdaemon.swarm.SessionParts;
import dev.dragonfly.dfdaemon.swarm.SwarmParts;
import dev.dragonfly.dfdaemon.swarm.TaskSwarms;
import dev.dragonfly.dfdaemon.task.Admission;
import dev.dragonfly.dfdaemon.task.DownloadContext;
import dev.dragonfly.dfdaemon.task.PolicedTaskRunner;
import dev.dragonfly.dfdaemon.task.RunPeerIds;
import dev.dragonfly.dfdaemon.task.SingleFlightTaskRunner;
import dev.dragonfly.dfdaemon.task.TaskRunner;
import dev.dragonfly.dfdaemon.transfer.VortexClient;
import dev.dragonfly.dfdaemon.transfer.VortexServer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running engine: everything put together, started in order, closed in reverse. */
public final class Dfdaemon implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Dfdaemon.class);
  private static final Duration NAME_PATIENCE = Duration.ofSeconds(3);

  private final Closer closer = new Closer();
  private final Time time = SystemTime.INSTANCE;
  private final DfdaemonConfig config;
  private final boolean hasProxy;
  private final Machine machine;
  private final Metrics metrics;
  private final DaemonMetrics meters;
  private final SystemTimers timers;
  private final DiskExecutor disk;
  private final EventLoops loops;
  private final HostNames names;
  private final SentChunks sent = new SentChunks();
  private final GrpcChannels channels = new GrpcChannels(Optional.empty());
  private final CompletableFuture<HostDescription> description = new CompletableFuture<>();
  private int metricsPort;

  private Dfdaemon(DfdaemonConfig config, DaemonRole role) {
    this.config = config;
    this.hasProxy = config.proxy().enabled().orElse(!role.isSeed());
    this.machine = Machine.of(config.host(), role.isSeed());
    this.metrics = closer.add(new Metrics());
    this.meters =
        new DaemonMetrics(
            metrics, config.upload().rateLimit().bytes(), config.download().rateLimit().bytes());
    this.timers = closer.add(new SystemTimers("timers"));
    this.disk =
        closer.add(
            new DiskExecutor(
                config.storage().diskThreads(),
                config.storage().diskQueue(),
                "disk",
                config.storage().diskWait()));
    this.loops = closer.add(new EventLoops(2));
    this.names =
        closer.add(new HostNames(loops, config.source().nameServerAddresses(), NAME_PATIENCE));
  }

  /**
   * Starts the engine; returns when it serves. Schedulers and manager need not be there.
   *
   * @throws dev.dragonfly.common.error.DragonflyException CONFIG for a port in use, a folder that
   *     cannot be used and the like; nothing is left running then
   */
  public static Dfdaemon start(DfdaemonConfig config, DaemonRole role) {
    Dfdaemon daemon = new Dfdaemon(config, role);
    try {
      daemon.assemble();
      return daemon;
    } catch (RuntimeException e) {
      daemon.close();
      throw e;
    }
  }

  private void assemble() {
    TaskStore store = closer.add(DiskTaskStore.open(config.storage(), disk, time));
    RunSigner signer =
        disk.call(() -> RunSigner.loadOrCreate(config.storage().dir().resolve("keys")));
    RunPeerIds peerIds = new RunPeerIds(machine, UUID::randomUUID);
    LoadSampler sampler = new LoadSampler(config.storage().dir(), meters, time, disk);
    Bandwidth upload = Bandwidth.limited(config.upload().rateLimit().bytes(), time);
    VortexServer pieces = pieceServer(store, upload);
    CurrentPolicy policy =
        new CurrentPolicy(limit -> pieces.limitUploads(limit.orElse(Integer.MAX_VALUE)));
    ControlPlane control =
        closer.add(
            new ControlPlane(
                config,
                new ControlPlane.Ground(
                    machine, channels, store, peerIds, time, timers, disk, loops),
                policy,
                () -> host(sampler)));
    BlockBuffers buffers = BlockBuffers.ofBytes(config.download().buffers().bytes());
    Bandwidth download = Bandwidth.limited(config.download().rateLimit().bytes(), time);
    Links links = closer.add(links(pieces, buffers, upload, download));
    TaskSwarms sessions = sessions(store, peerIds, links);
    links.start(sessions);
    closer.add(pieces).start(links::accept);
    TaskRunner runner =
        runner(
            policy,
            new DownloadContext(
                machine.id(),
                peerIds,
                store,
                new MeteredSessions(control.sessions(), metrics.registry(), time),
                swarmParts(buffers, download, sessions),
                sourceReading(signer, buffers),
                config.download().patience(),
                new Admission(config.download().concurrent(), config.download().queue()),
                control,
                meters));
    RpcContext context = rpcContext(sampler, runner, store, control, peerIds);
    int proxyPort = hasProxy ? startProxy(runner, store, control) : 0;
    int grpcPort = startRpc(context, pieces.port(), triggerGuard(control));
    description.complete(
        new HostDescription(
            machine, grpcPort, pieces.port(), proxyPort, Optional.of(signer.publicKeyHex())));
    MetricsServer server =
        closer.add(
            new MetricsServer(
                new InetSocketAddress(config.metrics().ip(), config.metrics().port()),
                metrics,
                () -> true));
    metricsPort = server.port();
    control.start();
  }

  private RpcContext rpcContext(
      LoadSampler sampler,
      TaskRunner runner,
      TaskStore store,
      ControlPlane control,
      RunPeerIds peerIds) {
    return new RpcContext(
        machine.id(),
        () -> host(sampler),
        runner,
        store,
        new OutputWriter(disk),
        timers,
        task -> {
          control.forget(task);
          peerIds.forget(task);
        });
  }

  /** This host with its load; waits until its ports are known. */
  private Host host(LoadSampler sampler) {
    return description.join().with(sampler.sample());
  }

  private Links links(
      VortexServer pieces, BlockBuffers buffers, Bandwidth upload, Bandwidth download) {
    LinkGround ground =
        new LinkGround(
            machine.id(), pieces::port, loops, disk, buffers, upload, download, time, timers);
    return new Links(config.session(), ground, meters);
  }

  private TaskSwarms sessions(TaskStore store, RunPeerIds peerIds, Links links) {
    return new TaskSwarms(
        new SessionParts(
            machine.id(),
            machine.type().isSeed(),
            new LinkDialer(links, PeerAddresses.from(machine.ip())),
            peerIds::of,
            new AwaitedTasks(store, timers)::whenThere,
            action -> Threads.virtual("swarm-learning", action),
            time,
            timers,
            Chance.create()));
  }

  private VortexServer pieceServer(TaskStore store, Bandwidth upload) {
    return new VortexServer(config.upload(), loops, store, disk, upload, time, meters);
  }

  private TaskRunner runner(CurrentPolicy policy, DownloadContext context) {
    Counter blocked = metrics.registry().counter("dragonfly_dfdaemon_downloads_blocked");
    return new PolicedTaskRunner(
        new SingleFlightTaskRunner(context), policy::blocks, blocked::increment);
  }

  private int startProxy(TaskRunner runner, TaskStore store, ControlPlane control) {
    SourceConfig source =
        config
            .source()
            .withPatience(
                config.proxy().limits().answerTimeout(), config.proxy().limits().progressTimeout());
    Bandwidth limit = Bandwidth.limited(source.rateLimit().bytes(), time);
    ProxyContext context =
        new ProxyContext(
            runner,
            store,
            closer.add(new HttpSource(source, loops, names, limit, sent)),
            sent,
            Chance.create(),
            disk,
            control::forget,
            metrics.registry(),
            time,
            "1.1 dragonfly-" + UUID.randomUUID());
    ProxyServer server = closer.add(new ProxyServer(config.proxy(), context, loops));
    server.start();
    return server.port();
  }

  private SwarmParts swarmParts(BlockBuffers buffers, Bandwidth download, TaskSwarms sessions) {
    return new SwarmParts(
        closer.add(new GrpcParentPieces(machine.id(), PeerAddresses.from(machine.ip()), channels)),
        closer.add(new VortexClient(config.download().peers(), loops, download)),
        buffers,
        time,
        timers,
        Chance.create(),
        config
            .download()
            .swarm()
            .under(config.download().rateLimit().bytes(), config.download().concurrent()),
        config.session().enabled() ? Optional.of(sessions) : Optional.empty());
  }

  private SourceReading sourceReading(RunSigner signer, BlockBuffers buffers) {
    Bandwidth source = Bandwidth.limited(config.source().rateLimit().bytes(), time);
    return new SourceReading(
        closer.add(new HttpSource(config.source(), loops, names, source, sent)),
        signer,
        buffers,
        time,
        timers,
        Chance.create(),
        config.download().source());
  }

  private TriggerGuard triggerGuard(ControlPlane control) {
    if (!config.server().triggerFrom().isEmpty()) {
      LOG.warn(
          "server.triggerFrom lets others than schedulers make this host download and delete networks={}",
          config.server().triggerFrom());
    }
    return new TriggerGuard(control.schedulers(), config.server().triggerNetworks(), time);
  }

  private int startRpc(RpcContext context, int piecePort, TriggerGuard guard) {
    UploadService upload =
        new UploadService(context, new DataAddress(machine.ip(), piecePort), guard);
    GrpcServers.Running running =
        closer.add(
            GrpcServers.tcp(
                new InetSocketAddress(config.server().ip(), config.server().port()),
                Optional.empty(),
                List.of(upload.guarded())));
    closer.add(LocalServer.start(config.server().socket(), context));
    return running.port();
  }

  /** Who this host is, with the ports that it has bound. */
  public HostDescription description() {
    return description.join(); // Complete: there is no engine to ask before it has started.
  }

  /** Port of the metrics. */
  public int metricsPort() {
    return metricsPort;
  }

  /** Where what is started beside the engine is counted. */
  public MeterRegistry metrics() {
    return metrics.registry();
  }

  /** Adds the ports to a ready file. */
  ReadyFile describe(ReadyFile file) {
    file.with("socket", config.server().socket())
        .with("grpc", text(machine.ip(), description().port()))
        .with("piece", text(machine.ip(), description().pieceDataPort()))
        .with("metrics", text(machine.ip(), metricsPort));
    return hasProxy
        ? file.with("proxy", text(config.proxy().ip(), description().proxyPort()))
        : file;
  }

  private static String text(String host, int port) {
    return new HostAndPort(host, port).text();
  }

  @Override
  public void close() {
    closer.close();
  }
}
