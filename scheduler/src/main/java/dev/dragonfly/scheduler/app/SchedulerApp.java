package dev.dragonfly.scheduler.app;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.config.ConfigException;
import dev.dragonfly.common.config.ConfigLoader;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.lifecycle.ReadyFile;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of the scheduler. Runs until it is told to end. */
@Command(
    name = "scheduler",
    mixinStandardHelpOptions = true,
    description = "Decides who is whose parent.")
public final class SchedulerApp implements Callable<Integer> {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "configuration; defaults when absent")
  private @Nullable Path config;

  @Option(
      names = "--ready-file",
      paramLabel = "FILE",
      description = "written when serving, with the real ports")
  private @Nullable Path readyFile;

  /** Runs the scheduler and exits with 0, or with the code of what went wrong. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new SchedulerApp()).execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    try (SchedulerServer server = new SchedulerServer(load())) {
      server.start();
      CountDownLatch told = new CountDownLatch(1);
      CountDownLatch ended = new CountDownLatch(1);
      Threads.onShutdown(
          "scheduler-shutdown",
          () -> {
            told.countDown();
            awaitQuietly(ended);
          });
      if (readyFile != null) {
        new ReadyFile("scheduler")
            .with("grpc", "127.0.0.1:" + server.port())
            .with("metrics", "127.0.0.1:" + server.metricsPort())
            .write(readyFile);
      }
      told.await();
      server.close();
      ended.countDown();
      return 0;
    } catch (ConfigException e) {
      System.err.println(e.getMessage());
      return ErrorCode.CONFIG.exitCode();
    } catch (DragonflyException e) {
      System.err.println(e.getMessage());
      return e.code().exitCode();
    }
  }

  private SchedulerConfig load() {
    return config == null
        ? ConfigLoader.defaults(SchedulerConfig.DEFAULTS, SchedulerConfig.class)
        : ConfigLoader.load(config, SchedulerConfig.DEFAULTS, SchedulerConfig.class);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await(4, java.util.concurrent.TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
