package dev.dragonfly.dfdaemon.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private static final PeerId ONE = new PeerId("one");
  private static final PeerId TWO = new PeerId("two");

  private final Outbox outbox = new Outbox();
  private final ManualTime time = new ManualTime();
  private final BusyReports busy = new BusyReports(time);

  @Test
  void whatIsSaidAgainAndAgainWaitsOnce() {
    for (int i = 0; i < 100_000; i++) {
      outbox.add(new PeerEvent.BackToSourceStarted(TaskFacts.NONE));
    }
    outbox.add(new PeerEvent.Started());

    assertThat(all())
        .containsExactly(
            new PeerEvent.BackToSourceStarted(TaskFacts.NONE), new PeerEvent.Started());
  }

  @Test
  void aRescheduleThatReplacesAnotherStillNamesItsParents() {
    outbox.add(new PeerEvent.Reschedule(List.of(ONE), "first"));
    outbox.add(new PeerEvent.Reschedule(List.of(TWO), "second"));

    assertThat(all()).containsExactly(new PeerEvent.Reschedule(List.of(ONE, TWO), "second"));
  }

  @Test
  void reportsBeyondTheLimitGiveWay() {
    for (int i = 0; i < Outbox.MAX_REPORTS + 10; i++) {
      outbox.add(failure(ONE, PieceFailure.STALLED));
    }

    assertThat(all()).hasSize(Outbox.MAX_REPORTS);
    assertThat(outbox.dropped()).isEqualTo(10);
  }

  @Test
  void aBusyParentIsNewsOnceInTenSeconds() {
    assertThat(busy.isNews(failure(ONE, PieceFailure.BUSY))).isTrue();
    assertThat(busy.isNews(failure(ONE, PieceFailure.BUSY))).isFalse();
    assertThat(busy.isNews(failure(TWO, PieceFailure.BUSY))).isTrue();
    assertThat(busy.isNews(failure(ONE, PieceFailure.STALLED))).isTrue();

    time.advance(Duration.ofSeconds(10));

    assertThat(busy.isNews(failure(ONE, PieceFailure.BUSY))).isTrue();
  }

  private static PeerEvent failure(PeerId parent, PieceFailure failure) {
    return new PeerEvent.PieceFailed(OptionalInt.empty(), parent, failure);
  }

  private List<PeerEvent> all() {
    List<PeerEvent> events = new ArrayList<>();
    for (Optional<PeerEvent> next = outbox.poll(); next.isPresent(); next = outbox.poll()) {
      events.add(next.get());
    }
    return events;
  }
}
