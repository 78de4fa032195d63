package dev.dragonfly.scheduler.app;

import dev.dragonfly.common.joblist.JobKeys;
import dev.dragonfly.common.lifecycle.Closer;
import dev.dragonfly.common.manager.Member;
import dev.dragonfly.common.registry.HttpImageResolver;
import dev.dragonfly.common.registry.ImageResolver;
import dev.dragonfly.scheduler.client.DaemonClient;
import dev.dragonfly.scheduler.job.JobListWorker;
import dev.dragonfly.scheduler.job.PreheatMetrics;
import dev.dragonfly.scheduler.job.PreheatServices;
import dev.dragonfly.scheduler.job.Preheats;
import dev.dragonfly.scheduler.job.TaskCopies;
import dev.dragonfly.scheduler.rpc.FolderEntries;
import dev.dragonfly.scheduler.rpc.JobGuard;
import dev.dragonfly.scheduler.rpc.ListedJobs;
import dev.dragonfly.scheduler.rpc.PreheatCalls;
import dev.dragonfly.scheduler.rpc.RequestedPreheats;
import dev.dragonfly.scheduler.rpc.SchedulerJobsService;
import dev.dragonfly.scheduler.session.SessionServices;
import dev.dragonfly.scheduler.store.redis.RedisJobList;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this scheduler does for jobs, put together. */
final class Jobs implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);

  private final SchedulerConfig config;
  private final SessionServices services;
  private final MeterRegistry registry;
  private final TaskCopies copies;
  private final RequestedPreheats preheats;
  private final PreheatCalls calls;
  private final JobGuard guard;
  private final Closer closer = new Closer();

  Jobs(
      SchedulerConfig config,
      SessionServices services,
      DaemonClient daemons,
      MeterRegistry registry) {
    this.config = config;
    this.services = services;
    this.registry = registry;
    this.guard = new JobGuard(config.manager().joinToken(), services.time());
    this.copies = new TaskCopies(services.graph(), daemons, services.executor());
    PreheatServices hosts =
        new PreheatServices(
            services.hosts(),
            services.graph().tasks(),
            config.security().headersToPeers(),
            config.seed().downloadTimeout(),
            services.time(),
            services.timers(),
            services.executor());
    this.preheats =
        new RequestedPreheats(new Preheats(hosts, new PreheatMetrics(registry)), daemons);
    ImageResolver images =
        new HttpImageResolver("registry", config.registry(), services.time(), services.timers());
    this.calls =
        new PreheatCalls(preheats, images, new FolderEntries(services.hosts(), daemons), copies);
    if (config.security().headersToPeers()) {
      LOG.warn(
          "security.headersToPeers is on: headers of preheats, credentials included, go to every host that announces itself");
    }
  }

  /** For our managers. */
  SchedulerJobsService service() {
    return new SchedulerJobsService(preheats, copies, services.executor());
  }

  /** For callers without a manager. */
  PreheatCalls calls() {
    return calls;
  }

  /** Who may call both. */
  JobGuard guard() {
    return guard;
  }

  /** Begins to do what managers of upstream put on the list of this scheduler. */
  void start(Member.Place self) {
    if (!config.jobs().enabled()) {
      return;
    }
    RedisJobList list = closer.add(new RedisJobList(config.jobs(), config.redis()));
    ListedJobs work = new ListedJobs(preheats, copies, services.hosts(), config.clusterId());
    closer
        .add(
            new JobListWorker(
                list,
                JobKeys.queue(self.clusterId(), self.hostname(), self.ip()),
                work,
                services.time(),
                services.timers(),
                services.executor(),
                outcome ->
                    registry
                        .counter("dragonfly_scheduler_listed_jobs", "outcome", outcome)
                        .increment()))
        .start();
  }

  @Override
  public void close() {
    closer.close();
  }
}
