package dev.dragonfly.simulation;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.config.ConfigLoader;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.policy.BlockList;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.dfdaemon.session.SimulatedSession;
import dev.dragonfly.scheduler.app.SchedulerConfig;
import dev.dragonfly.scheduler.figures.FigureCounter;
import dev.dragonfly.scheduler.scheduling.Limits;
import dev.dragonfly.scheduler.scheduling.ParentScheduler;
import dev.dragonfly.scheduler.scheduling.SchedulingConfig;
import dev.dragonfly.scheduler.seed.SeedTrigger;
import dev.dragonfly.scheduler.session.Answers;
import dev.dragonfly.scheduler.session.PeerSession;
import dev.dragonfly.scheduler.session.Registration;
import dev.dragonfly.scheduler.session.SessionMetrics;
import dev.dragonfly.scheduler.session.SessionServices;
import dev.dragonfly.scheduler.store.Graph;
import dev.dragonfly.scheduler.store.HostDirectory;
import dev.dragonfly.scheduler.store.TaskNews;
import dev.dragonfly.scheduler.store.memory.MemoryGraph;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The production sessions on a graph in memory; only the streams are simulated. A seed's trigger
 * waits in production for the seed's call; here what waits is kept until the seed has ended.
 */
final class SimulatedScheduler {
  private static final SchedulerConfig DEFAULTS =
      ConfigLoader.defaults(SchedulerConfig.DEFAULTS, SchedulerConfig.class);

  private final SimulatedTime time;
  private final SimulatedWorld world;
  private final MemoryGraph memory;
  private final Graph graph;
  private final HostDirectory directory;
  private final SessionServices services;
  private final Set<Stream> open = new LinkedHashSet<>();
  private final List<Runnable> asked = new ArrayList<>();
  private int streams;
  private int subscriptions;
  private boolean away;

  SimulatedScheduler(SimulatedTime time, SimulatedWorld world) {
    this.time = time;
    this.world = world;
    this.memory = new MemoryGraph(time);
    Graph inner = memory.graph();
    this.graph =
        new Graph(
            inner.hosts(),
            inner.tasks(),
            inner.peers(),
            inner.leases(),
            (task, listener) -> counted(inner.news(), task, listener));
    this.directory = new HostDirectory(graph.hosts(), time, seed -> true);
    SchedulingConfig config = DEFAULTS.scheduling();
    Limits limits = Limits.of(config);
    this.services =
        new SessionServices(
            graph,
            directory,
            new ParentScheduler(() -> limits, config.blameLimit()),
            new SeedTrigger(graph.leases(), directory, DEFAULTS.seed(), this::askSeed, o -> {}),
            config,
            () -> limits,
            type -> BlockList.NONE,
            time,
            time,
            Runnable::run,
            new SessionMetrics(new SimpleMeterRegistry()),
            new FigureCounter());
  }

  Graph graph() {
    return graph;
  }

  int subscriptions() {
    return subscriptions;
  }

  int openStreams() {
    return open.size();
  }

  private TaskNews.Subscription counted(TaskNews news, TaskId task, Runnable listener) {
    TaskNews.Subscription inner = news.subscribe(task, listener);
    subscriptions++;
    return () -> {
      subscriptions--;
      inner.close();
    };
  }

  private void askSeed(Runnable waits) {
    asked.add(waits);
    world.triggerSeed();
  }

  /** The seed has ended, well or not: whoever waited for it goes on. */
  void seedEnded() {
    List<Runnable> waiting = List.copyOf(asked);
    asked.clear();
    waiting.forEach(Runnable::run);
  }

  void announce(SimulatedHost host) {
    if (!away) {
      graph.hosts().announce(host.announced(), Duration.ofDays(1));
      directory.announced(host.announced());
    }
  }

  /** All streams break and none can be opened. */
  void leave() {
    away = true;
    for (Stream stream : List.copyOf(open)) {
      stream.breakOff();
    }
  }

  void comeBack() {
    away = false;
  }

  /** The graph is emptied. */
  void flush() {
    memory.clear();
    world.ledger().log("scheduler", "FLUSHED", "");
  }

  SimulatedSession.Stream open(
      SimulatedHost host, PeerId peer, SimulatedSession session, PeerEvent.Register first) {
    Stream stream = new Stream(host, peer, session);
    stream.begin(first);
    return stream;
  }

  /** One announce stream; both directions keep their order. */
  private final class Stream implements Answers, SimulatedSession.Stream {
    private final SimulatedHost host;
    private final PeerId peer;
    private final SimulatedSession client;
    private final PeerSession session;
    private final int number = ++streams;
    private boolean gone;

    Stream(SimulatedHost host, PeerId peer, SimulatedSession client) {
      this.host = host;
      this.peer = peer;
      this.client = client;
      this.session = new PeerSession(services, this, "stream-" + number);
    }

    void begin(PeerEvent.Register first) {
      if (away) {
        fail(new DragonflyException(ErrorCode.UNAVAILABLE, "the scheduler is away"));
        return;
      }
      open.add(this);
      world.ledger().log(host, "REGISTER", peer);
      up(() -> {
        toClient(() -> client.accepted(this));
        session.register(
            new Registration(
                host.announced().id(),
                Content.TASK,
                peer,
                first,
                admitted -> {},
                seed ->
                    world.hasSeedSucceeded()
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(new IllegalStateException("failed"))),
            () -> {});
      });
    }

    private void up(Runnable action) {
      time.after(
          host.member().latency(),
          () -> {
            if (!gone) {
              action.run();
            }
          });
    }

    private void toClient(Runnable action) {
      time.after(
          host.member().latency(),
          () -> {
            if (host.isAlive()) {
              action.run();
              host.settle();
            }
          });
    }

    @Override
    public void send(PeerEvent event) {
      world.ledger().told(peer);
      if (event instanceof PeerEvent.Reschedule reschedule) {
        world
            .ledger()
            .rescheduled(host, peer, reschedule.failed().stream().map(world::hostOf).toList());
      }
      world.ledger().log(host, "SAYS", event);
      up(() -> session.on(event, () -> {}));
    }

    /** The host died; the scheduler hears of it at once, or never. */
    @Override
    public void cut() {
      if (!host.member().silent()) {
        up(() -> {
          close();
          session.closed();
        });
      } else {
        // Keep-alive of the connection finds out.
        time.after(
            Duration.ofSeconds(20),
            () -> {
              if (!gone) {
                close();
                session.closed();
              }
            });
      }
    }

    void breakOff() {
      close();
      session.closed();
      DragonflyException why =
          new DragonflyException(ErrorCode.UNAVAILABLE, "the scheduler went away");
      toClient(() -> client.ended(this, Optional.of(why)));
    }

    private void close() {
      gone = true;
      open.remove(this);
    }

    @Override
    public void send(ScheduleDecision decision) {
      if (!gone) {
        world.ledger().log(host, "DECISION", decision);
        toClient(() -> client.decided(this, decision));
      }
    }

    @Override
    public void end() {
      if (!gone) {
        close();
        toClient(() -> client.ended(this, Optional.empty()));
      }
    }

    @Override
    public void fail(DragonflyException error) {
      close();
      world.ledger().log(host, "STREAM FAILED", String.valueOf(error.getMessage()));
      toClient(() -> client.ended(this, Optional.of(error)));
    }
  }
}
