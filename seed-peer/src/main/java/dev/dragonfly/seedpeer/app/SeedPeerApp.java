package dev.dragonfly.seedpeer.app;

import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.lifecycle.Closer;
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.common.time.SystemTimers;
import dev.dragonfly.dfdaemon.app.DaemonCommand;
import dev.dragonfly.dfdaemon.app.DaemonRole;
import dev.dragonfly.dfdaemon.app.Dfdaemon;
import dev.dragonfly.dfdaemon.app.DfdaemonConfig;
import dev.dragonfly.dfdaemon.client.GrpcSeedPeerRegistry;
import dev.dragonfly.dfdaemon.dynconfig.HostAndPort;
import dev.dragonfly.seedpeer.registration.SeedPeerRegistration;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The seed peer: reads sources when a scheduler triggers it, and gives what it read to all. */
@Command(
    name = "seed-peer",
    mixinStandardHelpOptions = true,
    version = "seed-peer 0.1.0 (Dragonfly for Java)",
    description = "Reads sources for a cluster and gives the pieces to its peers.",
    footerHeading = "%nExample:%n",
    footer = "  seed-peer --config /etc/dragonfly/seed-peer.yaml")
public final class SeedPeerApp extends DaemonCommand {
  /** The process. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new SeedPeerApp()).execute(args));
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
    GrpcSeedPeerRegistry registry =
        closer.add(
            new GrpcSeedPeerRegistry(
                new GrpcChannels(Optional.empty()).tcp(manager.host(), manager.port())));
    SeedPeerRegistration registration =
        closer.add(
            new SeedPeerRegistration(
                registry,
                SeedPeerRegistration.describe(
                    engine.machine(), engine.grpcPort(), engine.piecePort(), config.seedPeer()),
                config.seedPeer(),
                SystemTime.INSTANCE,
                closer.add(new SystemTimers("registration"))));
    registration.start();
  }
}
