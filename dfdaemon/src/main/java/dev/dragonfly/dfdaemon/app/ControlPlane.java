package dev.dragonfly.dfdaemon.app;

import dev.dragonfly.common.concurrent.Chance;
import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.lifecycle.Closer;
import dev.dragonfly.common.net.HostAndPort;
import dev.dragonfly.common.policy.CurrentPolicy;
import dev.dragonfly.common.policy.PolicyText;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.dfdaemon.client.GrpcManagerClient;
import dev.dragonfly.dfdaemon.client.GrpcSchedulerClient;
import dev.dragonfly.dfdaemon.client.ManagerClient;
import dev.dragonfly.dfdaemon.client.SchedulerClient;
import dev.dragonfly.dfdaemon.dynconfig.LastAnswer;
import dev.dragonfly.dfdaemon.dynconfig.ManagerLookup;
import dev.dragonfly.dfdaemon.dynconfig.RefreshedSchedulers;
import dev.dragonfly.dfdaemon.dynconfig.Schedulers;
import dev.dragonfly.dfdaemon.holdings.HoldingsReporter;
import dev.dragonfly.dfdaemon.holdings.StoredHoldings;
import dev.dragonfly.dfdaemon.host.HostAnnouncer;
import dev.dragonfly.dfdaemon.host.Machine;
import dev.dragonfly.dfdaemon.net.EventLoops;
import dev.dragonfly.dfdaemon.net.HostNames;
import dev.dragonfly.dfdaemon.session.RingSchedulerSessions;
import dev.dragonfly.dfdaemon.session.SchedulerSessions;
import dev.dragonfly.dfdaemon.storage.TaskStore;
import dev.dragonfly.dfdaemon.task.PeerIds;
import dev.dragonfly.dfdaemon.task.TaskReports;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything that speaks with schedulers and the manager. */
final class ControlPlane implements TaskReports, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);
  private static final String VERSION = "0.1.0";
  private static final Duration NAME_PATIENCE = Duration.ofSeconds(3);

  private final Closer closer = new Closer();
  private final SchedulerClient client;
  private final RefreshedSchedulers schedulers;
  private final HostAnnouncer announcer;
  private final HoldingsReporter holdings;
  private final SchedulerSessions sessions;

  /** What it stands on; all of it outlives this. */
  record Ground(
      Machine machine,
      GrpcChannels channels,
      TaskStore store,
      PeerIds peerIds,
      Time time,
      Timers timers,
      DiskExecutor disk,
      EventLoops loops) {}

  /**
   * @param policy told what the cluster wants of this host
   * @param host this host with its load, asked for each announcement; may block
   */
  ControlPlane(DfdaemonConfig config, Ground ground, CurrentPolicy policy, Supplier<Host> host) {
    client = closer.add(new GrpcSchedulerClient(ground.machine().id(), ground.channels()));
    schedulers = closer.add(schedulers(config, ground, policy));
    announcer =
        closer.add(
            new HostAnnouncer(
                host, client, schedulers, config.scheduler(), ground.timers(), Chance.create()));
    holdings =
        closer.add(
            new HoldingsReporter(
                new StoredHoldings(ground.store(), ground.peerIds()::of),
                client,
                schedulers,
                announcer,
                config.scheduler().holdingsInterval(),
                ground.time(),
                ground.timers()));
    sessions =
        new RingSchedulerSessions(
            client,
            schedulers,
            announcer,
            config.scheduler(),
            ground.time(),
            ground.timers(),
            Chance.create());
  }

  private RefreshedSchedulers schedulers(
      DfdaemonConfig config, Ground ground, CurrentPolicy policy) {
    if (config.manager().address().isEmpty()) {
      // Not the servers of source.nameServers: schedulers are named by the cluster's own DNS.
      HostNames names = closer.add(new HostNames(ground.loops(), List.of(), NAME_PATIENCE));
      return RefreshedSchedulers.configured(
          config.scheduler(), names, ground.time(), ground.timers());
    }
    HostAndPort manager = HostAndPort.parse(config.manager().address().get());
    ManagerClient managerClient =
        closer.add(
            new GrpcManagerClient(ground.channels().tcp(manager.host(), manager.port()), VERSION));
    Path folder = config.storage().dir();
    LastAnswer<PolicyText> kept = LastAnswer.policy(folder, ground.disk());
    // Before anything is served: a host that starts while the manager is away refuses what it did.
    policy.take(kept.load());
    ManagerLookup lookup =
        new ManagerLookup(
            managerClient,
            client::isServing,
            ground.machine().requester(),
            LastAnswer.schedulers(folder, ground.disk()),
            text -> {
              policy.take(text);
              kept.save(text);
            });
    return RefreshedSchedulers.fromManager(
        lookup, config.manager(), ground.time(), ground.timers());
  }

  /** Begins to look for schedulers and to announce; returns at once. */
  void start() {
    announcer.onGreeted(holdings::greeted);
    schedulers.start();
    announcer.start();
    holdings.start();
  }

  Schedulers schedulers() {
    return schedulers;
  }

  SchedulerSessions sessions() {
    return sessions;
  }

  /** Says that this host no longer has the task. */
  void forget(TaskId task) {
    for (InetSocketAddress scheduler : schedulers.current()) {
      tell("that a task is gone", scheduler, task, () -> client.deleteTask(scheduler, task));
    }
  }

  @Override
  public void wrongContent(TaskId task, PeerId peer, Collection<HostId> blamed) {
    for (InetSocketAddress scheduler : schedulers.current()) {
      tell(
          "of wrong content",
          scheduler,
          task,
          () -> client.reportWrongContent(scheduler, task, peer, blamed));
    }
  }

  @Override
  public void peerGone(TaskId task, PeerId peer) {
    for (InetSocketAddress scheduler : schedulers.current()) {
      tell("that a peer is gone", scheduler, task, () -> client.deletePeer(scheduler, task, peer));
    }
  }

  /** Once: a scheduler that does not hear it learns from the next report of what is held. */
  private static void tell(String what, InetSocketAddress scheduler, TaskId task, Runnable call) {
    Threads.virtual(
        "tell-scheduler",
        () -> {
          try {
            call.run();
          } catch (DragonflyException e) {
            LOG.info(
                "scheduler not told {} task={} scheduler={} cause={}",
                what,
                task,
                scheduler,
                e.getMessage());
          }
        });
  }

  @Override
  public void close() {
    closer.close();
  }
}
