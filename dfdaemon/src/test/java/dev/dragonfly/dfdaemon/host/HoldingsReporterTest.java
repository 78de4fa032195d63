package dev.dragonfly.dfdaemon.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.dfdaemon.client.Holding;
import dev.dragonfly.dfdaemon.dynconfig.FakeSchedulers;
import dev.dragonfly.dfdaemon.host.FakeSchedulerClient.Asked;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HoldingsReporterTest {

  private static final InetSocketAddress A = scheduler(1);
  private static final InetSocketAddress B = scheduler(2);
  private static final Duration INTERVAL = Duration.ofSeconds(30);

  private final ManualTime time = new ManualTime();
  private final FakeSchedulerClient client = new FakeSchedulerClient();
  private final FakeSchedulers schedulers = new FakeSchedulers(A, B);
  private final List<Holding> held = new CopyOnWriteArrayList<>();
  private final List<InetSocketAddress> announced = new CopyOnWriteArrayList<>();
  private final HoldingsReporter reporter =
      new HoldingsReporter(
          () -> List.copyOf(held), client, schedulers, this::announce, INTERVAL, time);

  @AfterEach
  void close() {
    reporter.close();
  }

  @Test
  void tellsEverythingToASchedulerThatDoesNotKnowTheFingerprint() throws Exception {
    held.add(holding(1));

    reporter.greeted(A);

    assertThat(client.next()).isInstanceOf(Asked.Probe.class);
    Asked.Batch batch = (Asked.Batch) client.next();
    assertThat(batch.scheduler()).isEqualTo(A);
    assertThat(batch.batch().holdings()).containsExactly(holding(1));
    assertThat(batch.batch().last()).isTrue();
  }

  @Test
  void tellsOnlyTheFingerprintWhenNothingChanged() throws Exception {
    held.add(holding(1));
    reporter.start();
    reporter.greeted(A);
    client.next();
    client.next();

    reporter.greeted(A);
    Asked probe = client.next();
    reporter.greeted(B);

    assertThat(probe).isInstanceOf(Asked.Probe.class);
    assertThat(client.next().scheduler()).isEqualTo(B);
  }

  @Test
  void oneSchedulerIsToldAtEveryIntervalAndTheNextWhenItFails() throws Exception {
    reporter.start();
    client.failing.put(A, ErrorCode.UNAVAILABLE);

    time.advance(INTERVAL);

    assertThat(client.next().scheduler()).isEqualTo(A);
    assertThat(client.next().scheduler()).isEqualTo(B);
    assertThat(client.next()).isInstanceOf(Asked.Batch.class);
  }

  @Test
  void anUpstreamSchedulerIsPassedOver() throws Exception {
    reporter.start();
    client.upstream.add(A);

    time.advance(INTERVAL);

    assertThat(client.next().scheduler()).isEqualTo(A);
    assertThat(client.next()).isInstanceOf(Asked.Probe.class);
    assertThat(client.next()).isInstanceOf(Asked.Batch.class);
  }

  @Test
  void whoHoldsNothingSaysSo() throws Exception {
    reporter.greeted(A);

    assertThat(client.next()).isInstanceOf(Asked.Probe.class);
    assertThat(((Asked.Batch) client.next()).batch().holdings()).isEmpty();
  }

  @Test
  void aSchedulerThatDoesNotKnowTheHostIsToldFirst() throws Exception {
    client.failing.put(A, ErrorCode.NOT_FOUND);

    reporter.greeted(A);

    assertThat(client.next()).isInstanceOf(Asked.Probe.class);
    assertThat(client.next()).isInstanceOf(Asked.Probe.class);
    assertThat(client.next()).isInstanceOf(Asked.Batch.class);
    assertThat(announced).containsExactly(A);
  }

  @Test
  void batchesHaveAtMostFiveHundredTasks() {
    List<Holding> many = new ArrayList<>();
    for (int i = 0; i < 1201; i++) {
      many.add(holding(i));
    }

    List<List<Holding>> batches = HoldingsBatches.cut(many);

    assertThat(batches).extracting(List::size).containsExactly(500, 500, 201);
    assertThat(batches.stream().flatMap(List::stream)).containsExactlyElementsOf(many);
  }

  @Test
  void batchesStayBelowAMebibyte() {
    Holding large =
        new Holding(
            task(1),
            new PeerId("p"),
            TaskSpec.ofUrl("http://o/" + "x".repeat(400_000)),
            TaskFacts.NONE,
            PieceBitmap.full(1),
            false);

    assertThat(HoldingsBatches.cut(Collections.nCopies(5, large)))
        .extracting(List::size)
        .containsExactly(2, 2, 1);
  }

  @Test
  void theFingerprintDependsOnWhatIsHeldAndNotOnItsOrder() {
    long both = Fingerprint.of(List.of(holding(1), holding(2)));

    assertThat(Fingerprint.of(List.of(holding(2), holding(1)))).isEqualTo(both);
    assertThat(Fingerprint.of(List.of(holding(1)))).isNotEqualTo(both);
    Holding more =
        new Holding(
            task(2),
            holding(2).peer(),
            holding(2).spec(),
            TaskFacts.NONE,
            PieceBitmap.full(2),
            false);
    assertThat(Fingerprint.of(List.of(holding(1), more))).isNotEqualTo(both);
    assertThat(Fingerprint.of(List.of())).isNotEqualTo(Fingerprint.of(List.of(holding(1))));
  }

  private void announce(InetSocketAddress scheduler) {
    announced.add(scheduler);
    client.failing.remove(scheduler);
  }

  private static Holding holding(int number) {
    return new Holding(
        task(number),
        new PeerId("peer-" + number),
        TaskSpec.ofUrl("http://o/" + number),
        TaskFacts.NONE,
        PieceBitmap.full(1),
        false);
  }

  private static TaskId task(int number) {
    return new TaskId("%064x".formatted(number));
  }

  private static InetSocketAddress scheduler(int last) {
    return new InetSocketAddress(InetAddress.ofLiteral("10.0.0." + last), 8002);
  }
}
