package dev.dragonfly.dfdaemon.holdings;

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
import dev.dragonfly.dfdaemon.host.FakeSchedulerClient;
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
          () -> List.copyOf(held), client, schedulers, this::announce, INTERVAL, time, time);

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
            false,
            false);

    assertThat(HoldingsBatches.cut(Collections.nCopies(5, large)))
        .extracting(List::size)
        .containsExactly(2, 2, 1);
  }

  @Test
  void onlyWhatChangedIsToldToWhoKnowsTheLastReport() throws Exception {
    held.addAll(List.of(holding(1), holding(2)));
    reporter.greeted(A);
    Asked probe = client.next();
    Asked all = client.next();
    held.set(1, more());
    held.add(holding(3));

    reporter.greeted(A);

    assertThat(client.next())
        .isEqualTo(new Asked.Probe(A, ((Asked.Batch) all).batch().fingerprint()));
    assertThat(((Asked.Batch) client.next()).batch().holdings())
        .containsExactlyInAnyOrder(more(), holding(3));
    assertThat(probe).isInstanceOf(Asked.Probe.class);
  }

  @Test
  void whatIsGoneIsToldToo() throws Exception {
    held.addAll(List.of(holding(1), holding(2)));
    reporter.greeted(A);
    client.next();
    client.next();
    held.removeFirst();

    reporter.greeted(A);

    assertThat(client.next()).isInstanceOf(Asked.Probe.class);
    assertThat(((Asked.Batch) client.next()).batch().holdings()).isEmpty();
    assertThat(client.next()).isEqualTo(new Asked.Forget(A, task(1)));
  }

  @Test
  void anUpstreamSchedulerHearsOfWhatIsGone() throws Exception {
    schedulers.become(A);
    client.upstream.add(A);
    held.add(holding(1));
    reporter.start();
    time.advance(INTERVAL);
    client.next();
    held.clear();
    awaitIdle();

    assertThat(client.next()).isInstanceOf(Asked.Probe.class);
    assertThat(client.next()).isEqualTo(new Asked.Forget(A, task(1)));
  }

  @Test
  void everythingIsToldAgainAfterHours() throws Exception {
    held.addAll(List.of(holding(1), holding(2)));
    reporter.greeted(A);
    client.next();
    client.next();
    time.advance(Duration.ofHours(7));
    held.add(holding(3));

    reporter.greeted(A);

    assertThat(client.next()).isInstanceOf(Asked.Probe.class);
    assertThat(((Asked.Batch) client.next()).batch().holdings()).hasSize(3);
  }

  @Test
  void theFingerprintDependsOnWhatIsHeldAndNotOnItsOrder() {
    long both = fingerprint(holding(1), holding(2));

    assertThat(fingerprint(holding(2), holding(1))).isEqualTo(both);
    assertThat(fingerprint(holding(1))).isNotEqualTo(both);
    assertThat(fingerprint(holding(1), more())).isNotEqualTo(both);
    assertThat(fingerprint()).isNotEqualTo(fingerprint(holding(1)));
  }

  /** A round that runs is over when a later one has asked again. */
  private void awaitIdle() throws InterruptedException {
    while (client.asked.isEmpty()) {
      time.advance(INTERVAL);
      client.awaitAsked();
    }
  }

  private static long fingerprint(Holding... holdings) {
    return new HoldingHashes().of(List.of(holdings)).fingerprint();
  }

  /** The second holding with one more piece. */
  private static Holding more() {
    return new Holding(
        task(2),
        holding(2).peer(),
        holding(2).spec(),
        TaskFacts.NONE,
        PieceBitmap.full(2),
        false,
        false);
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
        false,
        false);
  }

  private static TaskId task(int number) {
    return new TaskId("%064x".formatted(number));
  }

  private static InetSocketAddress scheduler(int last) {
    return new InetSocketAddress(InetAddress.ofLiteral("10.0.0." + last), 8002);
  }
}
