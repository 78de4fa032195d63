package dev.dragonfly.cluster;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The processes of a cluster in a lab. Its lock lies between a start and the end of all: when a
 * signal ends everything while some are being started, none is forgotten. Safe for any thread.
 */
final class LabProcesses implements AutoCloseable {
  private final Path folder;
  private final Guard guard;
  private final List<ServiceProcess> processes = new ArrayList<>();
  private boolean closed;

  LabProcesses(Path folder, Guard guard) {
    this.folder = folder;
    this.guard = guard;
  }

  ServiceProcess add(String name, List<String> prefix, List<String> command) {
    List<String> whole = new ArrayList<>(prefix);
    whole.addAll(command);
    ServiceProcess process = new ServiceProcess(name, whole, folder, guard);
    launch(process);
    return process;
  }

  synchronized void launch(ServiceProcess process) {
    if (closed) {
      throw new ClusterException("the cluster is closed");
    }
    if (!processes.contains(process)) {
      processes.add(process);
    }
    process.launch();
  }

  /** Without a farewell: nobody is left who would need it. */
  @Override
  public synchronized void close() {
    closed = true;
    processes.stream().filter(ServiceProcess::isAlive).forEach(ServiceProcess::kill);
  }
}
