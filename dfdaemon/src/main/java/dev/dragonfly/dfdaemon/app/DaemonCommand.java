package dev.dragonfly.dfdaemon.app;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.config.ConfigException;
import dev.dragonfly.common.config.ConfigLoader;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.lifecycle.Closer;
import dev.dragonfly.common.lifecycle.ReadyFile;
import dev.dragonfly.common.lifecycle.Service;
import dev.dragonfly.common.lifecycle.ServiceArguments;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the engine as a process: configuration, start, ready file, end. */
public abstract class DaemonCommand implements Service {
  private static final Logger LOG = LoggerFactory.getLogger(DaemonCommand.class);

  /** What this process is. */
  protected abstract DaemonRole role();

  /** Starts what this process has besides the engine; whatever is added to the closer is closed. */
  protected void startMore(Dfdaemon engine, DfdaemonConfig parsed, Closer closer) {}

  @Override
  public final String name() {
    return role().label();
  }

  @Override
  public final boolean needsConfig() {
    return true;
  }

  @Override
  public final int run(ServiceArguments arguments) throws InterruptedException {
    Closer closer = new Closer();
    try {
      DfdaemonConfig parsed =
          ConfigLoader.load(
              arguments.config().orElseThrow(), DaemonRole.defaults(), DfdaemonConfig.class);
      Dfdaemon engine = closer.add(Dfdaemon.start(parsed, role()));
      startMore(engine, parsed, closer);
      CountDownLatch stopped = new CountDownLatch(1);
      Threads.onShutdown(
          "stop",
          () -> {
            closer.close();
            stopped.countDown();
          });
      arguments
          .readyFile()
          .ifPresent(file -> engine.describe(new ReadyFile(role().label())).write(file));
      LOG.info(
          "{} serving grpc={} piece={} socket={}",
          role().label(),
          engine.description().port(),
          engine.description().pieceDataPort(),
          parsed.server().socket());
      stopped.await();
      return 0;
    } catch (ConfigException e) {
      closer.close();
      System.err.println(role().label() + ": " + e.getMessage());
      return ErrorCode.CONFIG.exitCode();
    } catch (DragonflyException e) {
      closer.close();
      System.err.println(role().label() + ": " + e.getMessage());
      return e.code().exitCode();
    }
  }
}
