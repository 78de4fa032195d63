package dev.dragonfly.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** One service as a process of its own. Used by one thread at a time. */
public final class ServiceProcess {
  private static final Duration READY_WAIT = Duration.ofSeconds(90);
  private static final Duration KILL_WAIT = Duration.ofSeconds(10);

  /** For a service to end in order. */
  static final Duration STOP_WAIT = Duration.ofSeconds(5);

  private static final long LOOK_MILLIS = 20;
  private static final int LOG_LINES = 15;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final String name;
  private final List<String> command;
  private final Path folder;
  private final Guard guard;
  private @Nullable Process process;
  private Map<String, Object> ready = Map.of();

  ServiceProcess(String name, List<String> command, Path folder, Guard guard) {
    this.name = name;
    this.command = command;
    this.folder = folder;
    this.guard = guard;
  }

  /** Starts the process without waiting for it. */
  public void launch() {
    try {
      Files.deleteIfExists(readyFile());
      List<String> full = new ArrayList<>(command);
      full.add("--ready-file");
      full.add(readyFile().toString());
      ProcessBuilder builder =
          new ProcessBuilder(full)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
              .redirectError(ProcessBuilder.Redirect.appendTo(log().toFile()));
      builder.environment().put("MALLOC_ARENA_MAX", "1"); // as in every deployment
      Process started = builder.start();
      process = started;
      guard.watch(started.pid());
    } catch (IOException e) {
      throw new ClusterException("cannot start " + name, e);
    }
  }

  /**
   * Waits until the service serves.
   *
   * @throws ClusterException when it dies or does not become ready, with the end of its log
   */
  public void awaitReady() {
    Process started = running();
    long end = System.nanoTime() + READY_WAIT.toNanos();
    try {
      while (!Files.exists(readyFile())) {
        if (started.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
          throw new ClusterException(
              "%s ended with %d before it was ready:%n%s"
                  .formatted(name, started.exitValue(), logTail()));
        }
        if (System.nanoTime() > end) {
          throw new ClusterException(
              "%s was not ready within %s:%n%s".formatted(name, READY_WAIT, logTail()));
        }
      }
      ready =
          JSON.readValue(
              Files.readString(readyFile()), new TypeReference<Map<String, Object>>() {});
    } catch (IOException e) {
      throw new ClusterException("cannot read " + readyFile(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while " + name + " started", e);
    }
  }

  /** A field of its ready file. */
  public String ready(String field) {
    @Nullable Object value = ready.get(field);
    if (value == null) {
      throw new ClusterException(name + " did not say its " + field + ": " + ready);
    }
    return value.toString();
  }

  /** Whether it said this field of itself. */
  public boolean has(String field) {
    return ready.containsKey(field);
  }

  /** Its name in the cluster. */
  public String name() {
    return name;
  }

  /** Its process id. */
  public long pid() {
    return running().pid();
  }

  /** Whether the process runs. */
  public boolean isAlive() {
    return process != null && process.isAlive();
  }

  private Process running() {
    if (process == null) {
      throw new ClusterException(name + " was not started");
    }
    return process;
  }

  /** Ends it at once, without a chance to clean up (SIGKILL). */
  public void kill() {
    running().destroyForcibly();
    await(KILL_WAIT);
  }

  /** Freezes it (SIGSTOP): its sockets stay open and nothing answers. */
  public void pause() {
    Signals.send("STOP", pid());
  }

  /** Lets a frozen one go on (SIGCONT). */
  public void resume() {
    Signals.send("CONT", pid());
  }

  /** Asks it to end (SIGTERM), and kills it after 5 s. */
  public void stop() {
    stop(STOP_WAIT);
  }

  /** The same with another patience. */
  void stop(Duration patience) {
    if (process == null) {
      return;
    }
    process.destroy();
    if (!await(patience)) {
      process.destroyForcibly();
      await(STOP_WAIT);
    }
  }

  /** Lets go on those that are frozen and ends all, the last ones first, side by side. */
  static void stop(List<ServiceProcess> processes, Duration patience) {
    processes.stream().filter(ServiceProcess::isAlive).forEach(ServiceProcess::resume);
    List<Thread> stopping = new ArrayList<>();
    for (ServiceProcess process : processes.reversed()) {
      stopping.add(Thread.ofVirtual().start(() -> process.stop(patience)));
    }
    for (Thread thread : stopping) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private boolean await(Duration patience) {
    try {
      return running().waitFor(patience);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Path readyFile() {
    return folder.resolve(name + ".ready");
  }

  /** Where it logs. */
  public Path log() {
    return folder.resolve(name + ".log");
  }

  private String logTail() throws IOException {
    if (!Files.exists(log())) {
      return "(no log)";
    }
    List<String> lines = Files.readAllLines(log());
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
  }
}
