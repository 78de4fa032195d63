package dev.dragonfly.scheduler.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.api.ext.v1.PreheatEvent;
import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.scheduler.job.Content;
import dev.dragonfly.scheduler.job.PreheatListener.Outcome;
import dev.dragonfly.scheduler.job.PreheatPlan;
import dev.dragonfly.scheduler.job.PreheatPlan.Assignment;
import dev.dragonfly.scheduler.job.Target;
import dev.dragonfly.scheduler.testing.Samples;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PreheatStreamTest {
  private static final String URL = "http://origin.test/file";

  private final Caller caller = new Caller();
  private final PreheatStream stream = new PreheatStream(caller);
  private final Target target = new Target(URL, Samples.host("one").id());
  private final Outcome outcome = new Outcome(target, 1, 0, Optional.empty());

  /** A caller who reads when the test lets him. */
  private static final class Caller extends ServerCallStreamObserver<PreheatEvent> {
    private final List<PreheatEvent> got = new CopyOnWriteArrayList<>();
    private volatile boolean ready = true;
    private volatile boolean completed;
    private Runnable onReady = () -> {};

    void read(boolean now) {
      ready = now;
      onReady.run();
    }

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {
      onReady = handler;
    }

    @Override
    public void onNext(PreheatEvent event) {
      got.add(event);
    }

    @Override
    public void onCompleted() {
      completed = true;
    }

    @Override
    public void onError(Throwable error) {
      throw new AssertionError(error);
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {}

    @Override
    public void setCompression(String compression) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void request(int count) {}

    @Override
    public void setMessageCompression(boolean enable) {}
  }

  @Test
  void anOutcomeWaitsUntilTheCallerReadsAndProgressIsLeftOut() throws Exception {
    stream.planned(plan(1));
    caller.read(false);
    CountDownLatch told = tell();
    stream.progressed(target, 1, 2);
    assertThat(told.await(100, TimeUnit.MILLISECONDS)).isFalse();
    caller.read(true);
    assertThat(told.await(15, TimeUnit.SECONDS)).isTrue();
    stream.progressed(target, 1, 2);
    stream.complete();
    assertThat(caller.got)
        .extracting(PreheatEvent::getEventCase)
        .containsExactly(
            PreheatEvent.EventCase.PLAN,
            PreheatEvent.EventCase.OUTCOME,
            PreheatEvent.EventCase.PROGRESS);
    assertThat(caller.completed).isTrue();
  }

  @Test
  void nobodyWaitsForACallerWhoHasGone() throws Exception {
    caller.read(false);
    CountDownLatch told = tell();
    stream.gone();
    assertThat(told.await(15, TimeUnit.SECONDS)).isTrue();
    assertThat(caller.got).isEmpty();
  }

  @Test
  void aLargePlanComesInMessagesThatAClientTakes() {
    stream.planned(plan(30_000));

    assertThat(caller.got).hasSizeGreaterThan(1);
    assertThat(caller.got).allMatch(event -> event.getSerializedSize() < 2 << 20);
    assertThat(caller.got.stream().mapToInt(event -> event.getPlan().getTargetsCount()).sum())
        .isEqualTo(30_000);
    for (PreheatEvent part : caller.got) {
      Set<String> hosts =
          part.getPlan().getHostsList().stream()
              .map(h -> h.getHostId())
              .collect(Collectors.toSet());
      assertThat(part.getPlan().getTargetsList()).allMatch(t -> hosts.contains(t.getHostId()));
    }
  }

  private CountDownLatch tell() {
    CountDownLatch told = new CountDownLatch(1);
    Threads.virtual(
        "test-outcome",
        () -> {
          stream.ended(outcome);
          told.countDown();
        });
    return told;
  }

  private static PreheatPlan plan(int hosts) {
    List<Host> all = IntStream.range(0, hosts).mapToObj(n -> Samples.host("host-" + n)).toList();
    Content content = Content.of(URL, TaskSpec.ofUrl(URL));
    return new PreheatPlan(List.of(new Assignment(content, all, List.of())), List.of());
  }
}
