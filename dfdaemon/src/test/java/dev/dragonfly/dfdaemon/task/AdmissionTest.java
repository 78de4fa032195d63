package dev.dragonfly.dfdaemon.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AdmissionTest {
  private final Admission admission = new Admission(1, 2);
  private final BlockingQueue<String> admitted = new LinkedBlockingQueue<>();

  @Test
  void whoComesFirstIsServedFirst() throws Exception {
    Admission.Place place = admission.enter(new WakeUp(), () -> {});
    queue("first");
    queue("second");
    assertThat(admitted).isEmpty();
    place.close();
    assertThat(admitted.poll(10, TimeUnit.SECONDS)).isEqualTo("first");
    assertThat(admitted.poll(10, TimeUnit.SECONDS)).isEqualTo("second");
  }

  @Test
  void aQueueThatIsFullRefusesBeforeAnythingHasBegun() throws Exception {
    try (Admission.Place place = admission.enter(new WakeUp(), () -> {})) {
      queue("first");
      queue("second");
      DragonflyException refusal =
          catchThrowableOfType(
              DragonflyException.class, () -> admission.enter(new WakeUp(), () -> {}));
      assertThat(refusal.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
      assertThat(refusal).hasMessageContaining("1 downloads run and 2 wait");
    }
    assertThat(admitted.poll(10, TimeUnit.SECONDS)).isEqualTo("first");
  }

  @Test
  void whoGivesUpWaitingLeavesHisPlaceInTheQueue() throws Exception {
    AtomicBoolean givenUp = new AtomicBoolean();
    CountDownLatch gone = new CountDownLatch(1);
    CountDownLatch waits = new CountDownLatch(1);
    WakeUp wakeUp = new WakeUp();
    Admission.Place place = admission.enter(new WakeUp(), () -> {});
    Threads.virtual(
        "impatient",
        () -> {
          try {
            admission.enter(
                wakeUp,
                () -> {
                  waits.countDown();
                  if (givenUp.get()) {
                    throw new DragonflyException(ErrorCode.CANCELLED, "given up");
                  }
                });
          } catch (DragonflyException e) {
            gone.countDown();
          }
        });
    assertThat(waits.await(10, TimeUnit.SECONDS)).isTrue();
    givenUp.set(true);
    wakeUp.ring();
    assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
    place.close();
    admission.enter(new WakeUp(), () -> {}).close();
  }

  /** Waits in the queue, then tells its name and leaves at once. */
  private void queue(String name) throws InterruptedException {
    CountDownLatch waits = new CountDownLatch(1);
    Threads.virtual(
        name,
        () -> {
          try (Admission.Place place = admission.enter(new WakeUp(), waits::countDown)) {
            admitted.add(name);
          }
        });
    assertThat(waits.await(10, TimeUnit.SECONDS)).isTrue();
  }
}
