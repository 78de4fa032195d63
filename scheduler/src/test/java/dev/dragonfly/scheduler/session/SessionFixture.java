package dev.dragonfly.scheduler.session;

import dev.dragonfly.common.announce.Parent;
import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.config.ConfigLoader;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.policy.BlockList;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.scheduler.app.SchedulerConfig;
import dev.dragonfly.scheduler.figures.FigureCounter;
import dev.dragonfly.scheduler.resource.TaskView;
import dev.dragonfly.scheduler.scheduling.Limits;
import dev.dragonfly.scheduler.scheduling.ParentScheduler;
import dev.dragonfly.scheduler.scheduling.SchedulingConfig;
import dev.dragonfly.scheduler.seed.SeedRequest;
import dev.dragonfly.scheduler.seed.SeedTrigger;
import dev.dragonfly.scheduler.store.HostDirectory;
import dev.dragonfly.scheduler.store.SampleSize;
import dev.dragonfly.scheduler.store.memory.MemoryGraph;
import dev.dragonfly.scheduler.testing.CountingGraph;
import dev.dragonfly.scheduler.testing.Samples;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Sessions on a graph in memory and on a clock that the test holds. Everything runs on the test's
 * thread, so what a message causes has happened when the call returns.
 */
final class SessionFixture {
  final ManualTime time = new ManualTime();
  final MemoryGraph memory = new MemoryGraph(time);
  final CountingGraph graph = new CountingGraph(memory.graph());
  final TaskId task = Samples.task('c');
  private final SchedulerConfig defaults =
      ConfigLoader.defaults(SchedulerConfig.DEFAULTS, SchedulerConfig.class);
  final SchedulingConfig config = defaults.scheduling();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  /** Seeds that were asked. */
  final List<Host> askedSeeds = new ArrayList<>();

  /** What a seed answers when it is asked. */
  SeedRequest seedBehaviour =
      seed -> CompletableFuture.failedFuture(new IllegalStateException("the seed cannot"));

  final FigureCounter figures = new FigureCounter();

  /** What nobody may download. */
  BlockList blocks = BlockList.NONE;

  private final SessionServices services;

  SessionFixture() {
    HostDirectory hosts = new HostDirectory(graph.graph().hosts(), time, seed -> true);
    Limits limits = Limits.of(config);
    services =
        new SessionServices(
            graph.graph(),
            hosts,
            new ParentScheduler(() -> limits, config.blameLimit()),
            new SeedTrigger(
                memory.graph().leases(), hosts, defaults.seed(), Runnable::run, o -> {}),
            config,
            () -> limits,
            type -> blocks,
            time,
            time,
            Runnable::run,
            new SessionMetrics(meters),
            figures);
  }

  /** Announces the hosts for a day. */
  void announce(Host... hosts) {
    for (Host host : hosts) {
      memory.graph().hosts().announce(host, Duration.ofDays(1));
    }
  }

  /** What the graph knows of the task. */
  TaskView view() {
    return memory.graph().tasks().look(task, SampleSize.of(64));
  }

  /** Leaves a peer behind on the host that holds all of a content of two pieces. */
  void holder(Host host, String name) {
    talk(host, name)
        .registerKnown()
        .say(new PeerEvent.Finished(Samples.facts(2), PieceBitmap.full(2)));
  }

  /** A peer on the host that has not said anything yet. */
  Talk talk(Host host, String peer) {
    return new Talk(host, peer);
  }

  /** One peer's end of a session. */
  final class Talk implements Answers {
    final PeerId id;
    final List<ScheduleDecision> answers = new ArrayList<>();
    @Nullable DragonflyException error;
    boolean ended;
    private final Host host;
    private final PeerSession session;

    private Talk(Host host, String peer) {
      this.host = host;
      this.id = new PeerId(peer);
      this.session = new PeerSession(services, this, "stream-of-" + peer + "-" + time.nanos());
    }

    Talk register() {
      return register(false, false, 0);
    }

    Talk registerForSource() {
      return register(true, false, 0);
    }

    Talk registerKnown() {
      return register(false, true, 0);
    }

    Talk register(boolean needBackToSource, boolean metadataOnly, int priority) {
      return register(
          new PeerEvent.Register(
              TaskSpec.ofUrl("http://origin.test/file"),
              TaskFacts.NONE,
              PieceBitmap.EMPTY,
              Optional.empty(),
              needBackToSource,
              metadataOnly,
              priority,
              host.extVersion()));
    }

    /** Says what it knows of the content, as peers do that come back. */
    Talk registerWith(TaskFacts facts) {
      return register(facts, PieceBitmap.EMPTY, Optional.empty());
    }

    /** Registers with what it says it knows, holds and wants. */
    Talk register(TaskFacts facts, PieceBitmap held, Optional<ByteRange> range) {
      return register(
          new PeerEvent.Register(
              TaskSpec.ofUrl("http://origin.test/file"),
              facts,
              held,
              range,
              false,
              false,
              0,
              host.extVersion()));
    }

    private Talk register(PeerEvent.Register event) {
      session.register(
          new Registration(
              host.id(),
              task,
              id,
              event,
              admitted -> {},
              seed -> {
                askedSeeds.add(seed);
                return seedBehaviour.send(seed);
              }),
          () -> {});
      return this;
    }

    Talk say(PeerEvent event) {
      session.on(event, () -> {});
      return this;
    }

    /** Reads the source from now on. */
    Talk readsSource(TaskFacts facts) {
      return say(new PeerEvent.BackToSourceStarted(facts));
    }

    void breakOff() {
      session.closed();
    }

    /** With which code the stream failed. */
    ErrorCode code() {
      if (error == null) {
        throw new AssertionError("the stream of " + id + " did not fail");
      }
      return error.code();
    }

    ScheduleDecision last() {
      return answers.getLast();
    }

    List<PeerId> lastParents() {
      return ((ScheduleDecision.Parents) last()).parents().stream().map(Parent::peerId).toList();
    }

    @Override
    public void send(ScheduleDecision decision) {
      answers.add(decision);
    }

    @Override
    public void end() {
      ended = true;
    }

    @Override
    public void fail(DragonflyException failure) {
      error = failure;
    }
  }
}
