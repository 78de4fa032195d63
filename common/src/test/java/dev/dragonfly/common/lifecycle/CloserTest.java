package dev.dragonfly.common.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class CloserTest {
  private final List<String> closed = Collections.synchronizedList(new ArrayList<>());

  @Test
  void whatWasStartedLastIsClosedFirst() {
    Closer closer = new Closer();
    closer.add(() -> closed.add("first"));
    closer.add(() -> closed.add("second"));
    closer.add(() -> closed.add("third"));

    closer.close();

    assertThat(closed).containsExactly("third", "second", "first");
  }

  @Test
  void aResourceIsClosedOnce() {
    Closer closer = new Closer();
    closer.add(() -> closed.add("one"));

    closer.close();
    closer.close();

    assertThat(closed).containsExactly("one");
  }

  @Test
  void whatIsAddedIsReturned() {
    Closer closer = new Closer();
    AutoCloseable resource = () -> closed.add("one");

    assertThat(closer.add(resource)).isSameAs(resource);
  }

  @Test
  void aResourceThatFailsDoesNotKeepTheOthersOpen() {
    Closer closer = new Closer();
    closer.add(() -> closed.add("first"));
    closer.add(() -> {
      throw new IllegalStateException("stuck");
    });

    closer.close();

    assertThat(closed).containsExactly("first");
  }

  @Test
  void aResourceThatHangsHoldsUpTheOthersForTheLimitOnly() {
    CountDownLatch never = new CountDownLatch(1);
    Closer closer = new Closer(Duration.ofSeconds(1));
    closer.add(() -> closed.add("first"));
    closer.add(() -> closed.add("late " + never.await(20, TimeUnit.SECONDS)));

    closer.close();

    assertThat(closed).containsExactly("first");
    never.countDown();
  }

  @Test
  void aThreadThatIsInterruptedClosesEverythingAndStaysInterrupted() {
    Closer closer = new Closer();
    closer.add(() -> closed.add("first"));
    closer.add(() -> closed.add("second"));
    Thread.currentThread().interrupt();

    closer.close();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(closed).containsExactly("second", "first");
  }
}
