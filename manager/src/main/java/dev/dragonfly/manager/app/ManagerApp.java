package dev.dragonfly.manager.app;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.config.ConfigException;
import dev.dragonfly.common.config.ConfigLoader;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.lifecycle.ReadyFile;
import dev.dragonfly.common.lifecycle.Service;
import dev.dragonfly.common.lifecycle.ServiceArguments;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the manager from the command line. */
public final class ManagerApp implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(ManagerApp.class);
  private static final int MAX_CAUSES = 20;

  private ManagerApp() {}

  /** The process lives on after a successful start, on the threads of its servers. */
  public static void main(String[] args) throws InterruptedException {
    int code = ServiceArguments.run(new ManagerApp(), args);
    if (code != 0) {
      System.exit(code);
    }
  }

  @Override
  public String name() {
    return "manager";
  }

  @Override
  public String purpose() {
    return "Keeps clusters, schedulers and seed peers; serves REST, gRPC and the console.";
  }

  @Override
  public boolean needsConfig() {
    return true;
  }

  @Override
  public int run(ServiceArguments arguments) {
    try {
      ManagerConfig config =
          ConfigLoader.load(
              arguments.config().orElseThrow(), ManagerConfig.DEFAULTS, ManagerConfig.class);
      start(config, arguments.readyFile());
      return 0;
    } catch (ConfigException e) {
      return fail(ErrorCode.CONFIG, e);
    } catch (DragonflyException e) {
      return fail(e.code(), e);
    } catch (RuntimeException e) {
      Optional<DragonflyException> known = cause(e);
      if (known.isPresent()) {
        return fail(known.get().code(), known.get());
      }
      throw e;
    }
  }

  private static void start(ManagerConfig config, Optional<Path> readyFile) {
    Manager manager = Manager.start(config);
    Threads.onShutdown(
        "manager-stop",
        () -> {
          LOG.info("manager stops");
          manager.close();
          LOG.info("manager stopped");
        });
    if (readyFile.isPresent()) {
      ReadyFile file = new ReadyFile("manager");
      config.security().madeUpTokenFile().ifPresent(token -> file.with("join_token_file", token));
      file.with("rest", manager.restUrl())
          .with("grpc", manager.grpcAddress())
          .with("metrics", manager.metricsUrl())
          .with("password_file", config.auth().passwordFile().toAbsolutePath().toString())
          .write(readyFile.get());
    }
  }

  private static int fail(ErrorCode code, RuntimeException failure) {
    System.err.println("manager: " + failure.getMessage());
    return code.exitCode();
  }

  private static Optional<DragonflyException> cause(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
      if (cause instanceof DragonflyException known) {
        return Optional.of(known);
      }
      cause = cause.getCause();
    }
    return Optional.empty();
  }
}
