package dev.dragonfly.seedpeer.app;

import dev.dragonfly.common.concurrent.Chance;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.lifecycle.Closer;
import dev.dragonfly.common.lifecycle.ServiceArguments;
import dev.dragonfly.common.manager.ManagerLink;
import dev.dragonfly.common.manager.ManagerRegistration;
import dev.dragonfly.common.manager.Member;
import dev.dragonfly.common.net.HostAndPort;
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.common.time.SystemTimers;
import dev.dragonfly.dfdaemon.app.DaemonCommand;
import dev.dragonfly.dfdaemon.app.DaemonRole;
import dev.dragonfly.dfdaemon.app.Dfdaemon;
import dev.dragonfly.dfdaemon.app.DfdaemonConfig;
import dev.dragonfly.dfdaemon.host.HostDescription;
import dev.dragonfly.dfdaemon.host.Machine;
import io.grpc.ManagedChannel;
import java.util.Optional;

/** The seed peer: reads sources when a scheduler triggers it, and gives what it read to all. */
public final class SeedPeerApp extends DaemonCommand {
  /** The process. */
  public static void main(String[] args) throws InterruptedException {
    System.exit(ServiceArguments.run(new SeedPeerApp(), args));
  }

  @Override
  public String purpose() {
    return "Reads sources for a cluster and gives the pieces to its peers.";
  }

  @Override
  protected DaemonRole role() {
    return DaemonRole.SEED_PEER;
  }

  /** Registers with the manager, where there is one. */
  @Override
  protected void startMore(Dfdaemon engine, DfdaemonConfig config, Closer closer) {
    if (config.manager().address().isEmpty() || !config.seedPeer().registered()) {
      return;
    }
    HostAndPort manager = HostAndPort.parse(config.manager().address().get());
    ManagedChannel channel = new GrpcChannels(Optional.empty()).tcp(manager.host(), manager.port());
    closer.add(channel::shutdownNow);
    ManagerRegistration registration =
        closer.add(
            new ManagerRegistration(
                new ManagerLink(channel, config.manager().joinToken(), member(engine, config)),
                () -> {},
                SystemTime.INSTANCE,
                closer.add(new SystemTimers("registration")),
                Chance.create()));
    engine.metrics().gauge("dragonfly_dfdaemon_registered", registration, r -> r.isAlive() ? 1 : 0);
    registration.start();
  }

  /** This seed peer with the ports that it has bound. */
  private static Member member(Dfdaemon engine, DfdaemonConfig config) {
    HostDescription host = engine.description();
    Machine machine = host.machine();
    return new Member.Seed(
        new Member.Place(
            machine.hostname(),
            machine.ip(),
            host.port(),
            config.seedPeer().clusterId(),
            machine.idc(),
            machine.location()),
        host.pieceDataPort(),
        config.seedPeer().keepAliveInterval());
  }
}
