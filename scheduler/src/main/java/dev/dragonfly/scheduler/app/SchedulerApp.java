package dev.dragonfly.scheduler.app;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.config.ConfigException;
import dev.dragonfly.common.config.ConfigLoader;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.lifecycle.ReadyFile;
import dev.dragonfly.common.lifecycle.Service;
import dev.dragonfly.common.lifecycle.ServiceArguments;
import java.util.concurrent.CountDownLatch;

/** The command line of the scheduler. Runs until it is told to end. */
public final class SchedulerApp implements Service {
  /** Runs the scheduler and exits with 0, or with the code of what went wrong. */
  public static void main(String[] args) throws InterruptedException {
    System.exit(ServiceArguments.run(new SchedulerApp(), args));
  }

  @Override
  public String name() {
    return "scheduler";
  }

  @Override
  public String purpose() {
    return "Decides who is whose parent.";
  }

  @Override
  public boolean needsConfig() {
    return false;
  }

  @Override
  public int run(ServiceArguments arguments) throws InterruptedException {
    try (SchedulerServer server = new SchedulerServer(load(arguments))) {
      server.start();
      CountDownLatch told = new CountDownLatch(1);
      CountDownLatch ended = new CountDownLatch(1);
      Threads.onShutdown(
          "scheduler-shutdown",
          () -> {
            told.countDown();
            awaitQuietly(ended);
          });
      ReadyFile ready =
          new ReadyFile(name())
              .with("grpc", "127.0.0.1:" + server.port())
              .with("metrics", "127.0.0.1:" + server.metricsPort());
      arguments.readyFile().ifPresent(ready::write);
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

  private static SchedulerConfig load(ServiceArguments arguments) {
    return arguments
        .config()
        .map(file -> ConfigLoader.load(file, SchedulerConfig.DEFAULTS, SchedulerConfig.class))
        .orElseGet(() -> ConfigLoader.defaults(SchedulerConfig.DEFAULTS, SchedulerConfig.class));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await(4, java.util.concurrent.TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
