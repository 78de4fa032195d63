package dev.dragonfly.cluster;

import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.common.task.TaskSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Manager, scheduler, seed peer and daemons as processes of their own, with embedded PostgreSQL and
 * Redis, all on loopback with free ports. Closing it leaves no process, port or file behind; when
 * this process is killed, a guard does the same.
 */
public final class LocalCluster implements AutoCloseable {
  private static final Duration HOSTS_WAIT = Duration.ofSeconds(60);
  private static final Duration TRAINING_STOP_WAIT = Duration.ofMinutes(10);

  private final ClusterSettings settings;
  private final Home home;
  private final Duration stopWait;
  private final Path folder;
  private final Guard guard;
  private final ServiceFiles files;
  private final List<ServiceProcess> processes = new ArrayList<>();
  private final List<PeerNode> peers = new ArrayList<>();
  private final EmbeddedStores stores;
  private final ServiceProcess manager;
  private ServiceProcess scheduler;
  private final PeerNode seed;

  private LocalCluster(ClusterSettings settings, Home home, Duration stopWait) {
    this.settings = settings;
    this.home = home;
    this.stopWait = stopWait;
    this.folder = settings.dir().orElseGet(LocalCluster::temporaryFolder);
    Folders.create(folder);
    this.guard = Guard.of(folder, settings.dir().isEmpty());
    this.files = new ServiceFiles(folder, settings);
    try {
      this.stores = new EmbeddedStores(folder, guard);
      this.manager = managerProcess("manager");
      manager.launch();
      manager.awaitReady();
      this.scheduler = schedulerProcess(0);
      scheduler.launch();
      this.seed = new PeerNode(seedProcess());
      seed.process().launch();
      for (int i = 0; i < settings.peers(); i++) {
        PeerNode peer = new PeerNode(peerProcess(i));
        peer.process().launch();
        peers.add(peer);
      }
      processes.forEach(ServiceProcess::awaitReady);
      awaitHosts();
    } catch (RuntimeException e) {
      stopProcesses();
      closeGuardAndFolder();
      throw e;
    }
  }

  /** Starts a cluster and returns when every service serves. */
  public static LocalCluster start(ClusterSettings settings) {
    return new LocalCluster(settings, Home.find(), ServiceProcess.STOP_WAIT);
  }

  /** Starts a cluster whose services write their startup caches when they end. */
  static LocalCluster train(ClusterSettings settings) {
    return new LocalCluster(settings, Home.find().training(), TRAINING_STOP_WAIT);
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("dragonfly-");
    } catch (IOException e) {
      throw new ClusterException("cannot create a temporary folder", e);
    }
  }

  private ServiceProcess managerProcess(String name) {
    return process(name, JavaProgram.MANAGER, files.manager(name, stores));
  }

  private ServiceProcess schedulerProcess(int port) {
    return process("scheduler", JavaProgram.SCHEDULER, files.scheduler(stores, manager, port));
  }

  private ServiceProcess seedProcess() {
    return process(
        "seed-0", JavaProgram.SEED_PEER, files.seed("seed-0", manager, settings.seedRate()));
  }

  private ServiceProcess peerProcess(int number) {
    String name = "peer-" + number;
    long rate = number < settings.peerRates().size() ? settings.peerRates().get(number) : 0;
    return process(name, JavaProgram.DFDAEMON, files.peer(name, manager, rate));
  }

  private ServiceProcess process(String name, JavaProgram program, Path config) {
    List<String> command = new ArrayList<>(home.command(program));
    command.addAll(List.of("--config", config.toString()));
    ServiceProcess process = new ServiceProcess(name, command, folder, guard);
    processes.add(process);
    return process;
  }

  /** The folder that holds everything. */
  public Path folder() {
    return folder;
  }

  public ServiceProcess manager() {
    return manager;
  }

  public ServiceProcess scheduler() {
    return scheduler;
  }

  public PeerNode seed() {
    return seed;
  }

  public PeerNode peer(int number) {
    return peers.get(number);
  }

  public List<PeerNode> peers() {
    return List.copyOf(peers);
  }

  public EmbeddedStores stores() {
    return stores;
  }

  /** Starts another manager on the same database, beside the one that the other services know. */
  public ServiceProcess startManager(String name) {
    ServiceProcess another = managerProcess(name);
    another.launch();
    another.awaitReady();
    return another;
  }

  /** Starts the scheduler again, after it was killed, on the port that it had. */
  public void restartScheduler() {
    String address = scheduler.ready("grpc");
    processes.remove(scheduler);
    scheduler = schedulerProcess(Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
    scheduler.launch();
    scheduler.awaitReady();
  }

  /** Starts a daemon again, after it was killed, on the folder that it had. */
  public void restart(PeerNode node) {
    node.process().launch();
    node.process().awaitReady();
  }

  /**
   * Lets go on whatever was paused and starts again whatever was killed, except for the manager;
   * returns when the scheduler knows all hosts.
   */
  public void revive() {
    stores.reviveRedis();
    processes.stream().filter(ServiceProcess::isAlive).forEach(ServiceProcess::resume);
    if (!scheduler.isAlive()) {
      restartScheduler();
    }
    List<ServiceProcess> dead =
        allDaemons().stream().map(PeerNode::process).filter(p -> !p.isAlive()).toList();
    dead.forEach(ServiceProcess::launch);
    dead.forEach(ServiceProcess::awaitReady);
    awaitHosts();
  }

  private List<PeerNode> allDaemons() {
    List<PeerNode> all = new ArrayList<>(peers);
    all.add(seed);
    return all;
  }

  private void awaitHosts() {
    SchedulerProbe.awaitHosts(scheduler.ready("grpc"), settings.peers() + 1, HOSTS_WAIT);
    SchedulerProbe.awaitSeed(scheduler.ready("metrics"), HOSTS_WAIT);
  }

  /** Whether the scheduler knows this daemon as it runs now, by its ports. */
  public boolean isAnnounced(PeerNode node) {
    return SchedulerProbe.ports(scheduler.ready("grpc"))
        .contains(Integer.parseInt(node.process().ready("grpc").replaceAll(".*:", "")));
  }

  /** How many peers of the task of this URL the scheduler knows. */
  public long peersKnown(String url) {
    return SchedulerProbe.peers(scheduler.ready("grpc"), taskId(url));
  }

  /** The task of a plain download of this URL. */
  public TaskId taskId(String url) {
    return TaskIdCalculator.taskId(TaskSpec.ofUrl(url));
  }

  private void stopProcesses() {
    for (ServiceProcess process : processes) {
      if (process.isAlive()) {
        process.resume();
      }
    }
    List<Thread> stopping = new ArrayList<>();
    for (ServiceProcess process : processes.reversed()) {
      stopping.add(Thread.ofVirtual().start(() -> process.stop(stopWait)));
    }
    for (Thread thread : stopping) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void closeGuardAndFolder() {
    guard.close();
    if (settings.dir().isEmpty()) {
      Folders.delete(folder);
    }
  }

  @Override
  public void close() {
    stopProcesses();
    try {
      stores.close();
    } finally {
      closeGuardAndFolder();
    }
  }
}
