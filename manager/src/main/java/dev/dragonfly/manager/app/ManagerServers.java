package dev.dragonfly.manager.app;

import dev.dragonfly.manager.audit.Audits;
import dev.dragonfly.manager.cluster.DefaultClusters;
import dev.dragonfly.manager.figures.FigurePurge;
import dev.dragonfly.manager.instance.InstanceExpiry;
import dev.dragonfly.manager.instance.KeepAlives;
import dev.dragonfly.manager.job.JobSchedules;
import dev.dragonfly.manager.job.JobWorkers;
import dev.dragonfly.manager.rpc.GrpcEndpoint;
import dev.dragonfly.manager.security.JoinGate;
import dev.dragonfly.manager.user.RootAccount;
import dev.dragonfly.manager.user.SigningKey;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * What starts before REST opens its port and stops after it closed: the rows of the first start,
 * the expiry of silent instances, jobs, the purge of figures and gRPC.
 */
@Component
final class ManagerServers implements SmartLifecycle {
  private final FirstRows firstRows;
  private final InstanceExpiry expiry;
  private final KeepAlives keepAlives;
  private final Audits audits;
  private final Jobs jobs;
  private final FigurePurge figures;
  private final GrpcEndpoint grpc;
  private volatile boolean running;

  ManagerServers(
      FirstRows firstRows,
      InstanceExpiry expiry,
      KeepAlives keepAlives,
      Audits audits,
      Jobs jobs,
      FigurePurge figures,
      GrpcEndpoint grpc) {
    this.firstRows = firstRows;
    this.expiry = expiry;
    this.keepAlives = keepAlives;
    this.audits = audits;
    this.jobs = jobs;
    this.figures = figures;
    this.grpc = grpc;
  }

  @Override
  public void start() {
    firstRows.create();
    expiry.start();
    audits.start();
    jobs.start();
    figures.start();
    grpc.start();
    running = true;
  }

  @Override
  public void stop() {
    jobs.close();
    keepAlives.leave();
    grpc.close();
    expiry.close();
    figures.close();
    audits.close();
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Before the web server, which has one of the last phases. */
  @Override
  public int getPhase() {
    return 0;
  }

  /** Who works on jobs, and who begins some by itself. */
  @Component
  record Jobs(JobWorkers workers, JobSchedules schedules) {
    void start() {
      workers.start();
      schedules.start();
    }

    void close() {
      schedules.close();
      workers.close();
    }
  }

  /** The first start's rows. */
  @Component
  record FirstRows(DefaultClusters clusters, RootAccount root, SigningKey key, JoinGate gate) {
    void create() {
      clusters.createIfNone();
      root.createIfNone();
      key.start();
      gate.start();
    }
  }
}
