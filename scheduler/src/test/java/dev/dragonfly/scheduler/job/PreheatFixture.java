package dev.dragonfly.scheduler.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.scheduler.job.PreheatListener.Outcome;
import dev.dragonfly.scheduler.store.Graph;
import dev.dragonfly.scheduler.store.HostDirectory;
import dev.dragonfly.scheduler.store.memory.MemoryGraph;
import dev.dragonfly.scheduler.testing.Samples;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A preheat against hosts whose part the test plays. */
@Timeout(60)
abstract class PreheatFixture {
  static final String A = "http://origin.test/a";
  static final String B = "http://origin.test/b";

  final ManualTime time = new ManualTime();
  final Graph graph = new MemoryGraph(time).graph();
  private final ExecutorService executor = Threads.newVirtualExecutor("test-preheat");
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final BlockingQueue<Ordered> orders = new LinkedBlockingQueue<>();
  private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
  private final CompletableFuture<Tally.Counts> ended = new CompletableFuture<>();
  boolean headersToPeers;

  /** An order that a host got. */
  record Ordered(
      Host host,
      TaskSpec content,
      boolean trusted,
      DownloadListener listener,
      CompletableFuture<Void> answer) {
    void succeed() {
      answer.complete(null);
    }

    void fail(ErrorCode code, String words) {
      answer.completeExceptionally(new DragonflyException(code, words));
    }
  }

  record Progress(Target target, long finished, long length) {}

  private final PreheatListener listener =
      new PreheatListener() {
        @Override
        public void planned(PreheatPlan plan) {
          heard.add(plan);
        }

        @Override
        public void progressed(Target target, long finished, long length) {
          heard.add(new Progress(target, finished, length));
        }

        @Override
        public void ended(Outcome outcome) {
          heard.add(outcome);
        }
      };

  @BeforeEach
  void start() {
    announce(Samples.seed("seed-0", 4000), Samples.seed("seed-1", 4001));
  }

  @AfterEach
  void stop() {
    executor.shutdownNow();
  }

  void announce(Host... hosts) {
    for (Host host : hosts) {
      graph.hosts().announce(host, Duration.ofDays(10));
    }
  }

  PreheatRun begin(PreheatOrder order) {
    PreheatServices services =
        new PreheatServices(
            new HostDirectory(graph.hosts(), time, host -> true),
            graph.tasks(),
            headersToPeers,
            Duration.ofHours(10),
            time,
            time,
            executor);
    return new Preheats(services, new PreheatMetrics(registry))
        .begin(
            order,
            (host, content, trusted, hears) -> {
              CompletableFuture<Void> answer = new CompletableFuture<>();
              orders.add(new Ordered(host, content, trusted, hears, answer));
              return answer;
            },
            listener,
            ended::complete);
  }

  Ordered ordered() throws InterruptedException {
    Ordered next = orders.poll(15, TimeUnit.SECONDS);
    assertThat(next).as("another order").isNotNull();
    return next;
  }

  Object heard() throws InterruptedException {
    Object next = heard.poll(15, TimeUnit.SECONDS);
    assertThat(next).as("something is heard").isNotNull();
    return next;
  }

  Outcome outcome() throws InterruptedException {
    for (Object next = heard(); ; next = heard()) {
      if (next instanceof Outcome outcome) {
        return outcome;
      }
    }
  }

  Tally.Counts counts() throws Exception {
    return ended.get(15, TimeUnit.SECONDS);
  }

  /** The pause is set by another thread. */
  void awaitTimer() {
    while (time.pendingTimers() == 0) {
      Thread.onSpinWait();
    }
  }
}
