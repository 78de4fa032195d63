package dev.dragonfly.cluster;

import dev.dragonfly.common.lifecycle.Closer;
import dev.dragonfly.lab.Lab;
import dev.dragonfly.lab.LabNode;
import dev.dragonfly.lab.Namespaces;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Scheduler and Redis on one machine of a lab, origin, seed and each daemon on machines of their
 * own behind shaped links; everything that is written is in memory. The thread that starts it moves
 * to the machine of the scheduler for good, and so do the threads and processes that it starts
 * later: from there all are reached. Closing it, a signal too, leaves nothing behind.
 */
public final class LabCluster implements AutoCloseable {
  private static final Duration HOSTS_WAIT = Duration.ofSeconds(60);

  /** Daemons that start at the same time: each takes seconds of a processor. */
  private static final int LAUNCHES = 8;

  private final Closer closer = new Closer();
  private final Home home = Home.find();
  private final Lab lab;
  private final Path folder;
  private final LabFiles files;
  private final LabProcesses processes;
  private final ServiceProcess scheduler;
  private final String schedulerAddress;
  private final LabNode originMachine;
  private final TestOrigin origin;
  private final PeerNode seed;
  private final List<PeerNode> peers = new ArrayList<>();
  private final List<LabNode> peerMachines = new ArrayList<>();

  private LabCluster(LabPlan plan) {
    Runtime.getRuntime().addShutdownHook(new Thread(closer::close, "stop"));
    try {
      lab = closer.add(Lab.create());
      folder = MemoryFolder.create();
      closer.add(() -> Folders.delete(folder));
      files = new LabFiles(folder);
      Guard guard = closer.add(Guard.of(folder, true));
      LabNode control = lab.add("control", Optional.empty());
      Namespaces.enter(control);
      EmbeddedRedis redis = closer.add(new EmbeddedRedis(folder, guard));
      processes = closer.add(new LabProcesses(folder, guard));
      LabNode seedMachine = lab.add("seed", Optional.of(plan.seedRate()));
      Path config = files.scheduler(control, redis, seedMachine);
      scheduler =
          processes.add("scheduler", List.of(), home.command(JavaProgram.SCHEDULER, config));
      originMachine = lab.add("origin", Optional.of(plan.originRate()));
      origin =
          closer.add(
              Namespaces.inside(originMachine, () -> TestOrigin.at(originMachine.address())));
      scheduler.awaitReady();
      // It says where this machine reaches it; the others need the address of its link.
      schedulerAddress = control.address() + scheduler.ready("grpc").replaceAll(".*:", ":");
      seed =
          new PeerNode(
              daemon(
                  "seed-0",
                  seedMachine,
                  JavaProgram.SEED_PEER,
                  files.seed("seed-0", seedMachine, schedulerAddress)));
      startPeers(plan);
      SchedulerProbe.awaitHosts(schedulerAddress, plan.peerRates().size() + 1, HOSTS_WAIT);
    } catch (IOException e) {
      closer.close();
      throw new ClusterException("cannot start Redis", e);
    } catch (RuntimeException e) {
      closer.close();
      throw e;
    }
  }

  /** Starts everything and returns when the scheduler knows all daemons. */
  public static LabCluster start(LabPlan plan) {
    return new LabCluster(plan);
  }

  private void startPeers(LabPlan plan) {
    for (int i = 0; i < plan.peerRates().size(); i++) {
      if (i % LAUNCHES == 0) {
        awaitReady();
      }
      String name = "peer-" + i;
      LabNode machine = lab.add("p" + i, Optional.of(plan.peerRates().get(i)));
      peerMachines.add(machine);
      Path config = files.peer(name, machine, schedulerAddress, i < plan.plain());
      peers.add(new PeerNode(daemon(name, machine, JavaProgram.DFDAEMON, config)));
    }
    awaitReady();
  }

  private ServiceProcess daemon(String name, LabNode machine, JavaProgram program, Path config) {
    return processes.add(name, machine.prefix(), home.command(program, config));
  }

  private void awaitReady() {
    seed.process().awaitReady();
    peers.forEach(peer -> peer.process().awaitReady());
  }

  /** Starts again whoever was killed; returns when the scheduler knows all. */
  public void revive() {
    List<PeerNode> dead = daemons().stream().filter(node -> !node.process().isAlive()).toList();
    dead.forEach(node -> processes.launch(node.process()));
    dead.forEach(node -> node.process().awaitReady());
    Soon.holds(
        "the scheduler knows all daemons as they run now",
        HOSTS_WAIT,
        () -> {
          List<Integer> known = List.copyOf(SchedulerProbe.ports(schedulerAddress));
          return dead.stream().allMatch(node -> known.contains(node.port()));
        });
  }

  /** The folder that holds everything, in memory. */
  public Path folder() {
    return folder;
  }

  public TestOrigin origin() {
    return origin;
  }

  public PeerNode seed() {
    return seed;
  }

  public List<PeerNode> peers() {
    return List.copyOf(peers);
  }

  /** The ordinary daemons and the seed. */
  public List<PeerNode> daemons() {
    List<PeerNode> all = new ArrayList<>(peers);
    all.add(seed);
    return all;
  }

  /** The machine of the origin. */
  public LabNode originMachine() {
    return originMachine;
  }

  /** The machine of an ordinary daemon. */
  public LabNode machine(int peer) {
    return peerMachines.get(peer);
  }

  @Override
  public void close() {
    closer.close();
  }
}
