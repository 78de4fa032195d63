package dev.dragonfly.scheduler.rpc;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.scheduler.client.DaemonClient;
import dev.dragonfly.scheduler.job.PreheatMetrics;
import dev.dragonfly.scheduler.job.PreheatServices;
import dev.dragonfly.scheduler.job.Preheats;
import dev.dragonfly.scheduler.job.TaskCopies;
import dev.dragonfly.scheduler.session.SessionServices;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;

/** The preheat calls for tests of other calls. */
final class TestPreheats {
  private TestPreheats() {}

  static PreheatCalls calls(SessionServices services, DaemonClient daemons) {
    PreheatServices hosts =
        new PreheatServices(
            services.hosts(),
            services.graph().tasks(),
            false,
            Duration.ofMinutes(1),
            services.time(),
            services.timers(),
            services.executor());
    Preheats preheats = new Preheats(hosts, new PreheatMetrics(new SimpleMeterRegistry()));
    return new PreheatCalls(
        new RequestedPreheats(preheats, daemons),
        request -> {
          throw new DragonflyException(ErrorCode.NOT_FOUND, "manifest unknown");
        },
        new FolderEntries(services.hosts(), daemons),
        new TaskCopies(services.graph(), daemons, services.executor()));
  }
}
