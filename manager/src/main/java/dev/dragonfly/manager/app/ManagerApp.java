package dev.dragonfly.manager.app;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.config.ConfigException;
import dev.dragonfly.common.config.ConfigLoader;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.lifecycle.ReadyFile;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts the manager from the command line. */
@Command(
    name = "manager",
    mixinStandardHelpOptions = true,
    description = "Keeps clusters, schedulers and seed peers; serves REST, gRPC and the console.")
public final class ManagerApp implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ManagerApp.class);
  private static final int MAX_CAUSES = 20;

  @Option(names = "--config", required = true, description = "The configuration file (YAML).")
  private Path config = Path.of("manager.yaml");

  @Option(
      names = "--ready-file",
      description = "Written when the manager serves: JSON with its ports.")
  private @Nullable Path readyFile;

  private ManagerApp() {}

  /** The process lives on after a successful start, on the threads of its servers. */
  public static void main(String[] args) {
    int code = new CommandLine(new ManagerApp()).execute(args);
    if (code != 0) {
      System.exit(code);
    }
  }

  @Override
  public Integer call() {
    try {
      start(ConfigLoader.load(config, ManagerConfig.DEFAULTS, ManagerConfig.class));
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

  private void start(ManagerConfig config) {
    Manager manager = Manager.start(config);
    Threads.onShutdown(
        "manager-stop",
        () -> {
          LOG.info("manager stops");
          manager.close();
          LOG.info("manager stopped");
        });
    Path ready = readyFile;
    if (ready != null) {
      ReadyFile file = new ReadyFile("manager");
      config.security().madeUpTokenFile().ifPresent(token -> file.with("join_token_file", token));
      file.with("rest", manager.restUrl())
          .with("grpc", manager.grpcAddress())
          .with("metrics", manager.metricsUrl())
          .with("password_file", config.auth().passwordFile().toAbsolutePath().toString())
          .write(ready);
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
