package dev.dragonfly.dfdaemon.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostStats;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.dfdaemon.app.DaemonDefaults;
import dev.dragonfly.dfdaemon.dynconfig.FakeSchedulers;
import dev.dragonfly.dfdaemon.host.FakeSchedulerClient.Asked;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HostAnnouncerTest {

  private static final InetSocketAddress A = scheduler(1);
  private static final InetSocketAddress B = scheduler(2);

  private final ManualTime time = new ManualTime();
  private final FakeSchedulerClient client = new FakeSchedulerClient();
  private final FakeSchedulers schedulers = new FakeSchedulers(A, B);
  private final BlockingQueue<InetSocketAddress> greeted = new LinkedBlockingQueue<>();
  private final Host host = host();
  private final HostAnnouncer announcer =
      new HostAnnouncer(
          () -> host, client, schedulers, DaemonDefaults.CONFIG.scheduler(), time, new Random(1));

  @Test
  void announcesToAllAtTheStartAndAtEveryInterval() throws Exception {
    start();
    assertThat(nextTwo()).containsExactlyInAnyOrder(announce(A), announce(B));
    bothGreeted();

    time.advance(Duration.ofSeconds(30));

    assertThat(nextTwo()).containsExactlyInAnyOrder(announce(A), announce(B));
  }

  @Test
  void announcesToASchedulerThatAppears() throws Exception {
    schedulers.become(A);
    start();
    assertThat(client.next()).isEqualTo(announce(A));

    schedulers.become(A, B);

    assertThat(client.next()).isEqualTo(announce(B));
  }

  @Test
  void triesAgainUntilASchedulerThatWasDownHasHeardIt() throws Exception {
    schedulers.become(A);
    client.failing.put(A, ErrorCode.UNAVAILABLE);
    start();
    assertThat(client.next()).isEqualTo(announce(A));
    awaitRetry();
    client.failing.clear();

    time.advance(Duration.ofSeconds(1));

    assertThat(greeted.poll(5, TimeUnit.SECONDS)).isEqualTo(A);
  }

  @Test
  void announceNowTellsTheFailure() {
    client.failing.put(A, ErrorCode.UNAVAILABLE);

    assertThatThrownBy(() -> announcer.announceNow(A))
        .isInstanceOf(DragonflyException.class)
        .hasMessageContaining("the test said so");
  }

  @Test
  void leavesAllWhenItIsClosed() throws Exception {
    start();
    nextTwo();
    bothGreeted();

    announcer.close();

    assertThat(nextTwo()).containsExactlyInAnyOrder(new Asked.Leave(A), new Asked.Leave(B));
    time.advance(Duration.ofMinutes(1));
    assertThat(client.asked).isEmpty();
  }

  @Test
  void announcesNothingMoreOnceClosed() {
    announcer.close();

    assertThatThrownBy(() -> announcer.announceNow(A)).hasMessageContaining("stopping");
  }

  private void start() {
    announcer.onGreeted(greeted::add);
    announcer.start();
  }

  private void bothGreeted() throws InterruptedException {
    InetSocketAddress one = Optional.ofNullable(greeted.poll(5, TimeUnit.SECONDS)).orElseThrow();
    InetSocketAddress other = Optional.ofNullable(greeted.poll(5, TimeUnit.SECONDS)).orElseThrow();
    assertThat(List.of(one, other)).containsExactlyInAnyOrder(A, B);
  }

  /** The retry is set after the failed call returned: wait until it can be joined or is over. */
  private void awaitRetry() throws InterruptedException {
    try {
      announcer.announceNow(A);
    } catch (DragonflyException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }
    client.asked.clear();
  }

  private List<Asked> nextTwo() throws InterruptedException {
    return List.of(client.next(), client.next());
  }

  private Asked announce(InetSocketAddress scheduler) {
    return new Asked.Announce(scheduler, host);
  }

  private static Host host() {
    HostConfig config =
        new HostConfig(
            Optional.of("10.0.0.9"), Optional.of("node"), Optional.empty(), Optional.empty(), 1);
    return new HostDescription(Machine.of(config, false), 4000, 4005, 4001, Optional.empty())
        .with(HostStats.NONE);
  }

  private static InetSocketAddress scheduler(int last) {
    return new InetSocketAddress(InetAddress.ofLiteral("10.0.0." + last), 8002);
  }
}
