package dev.dragonfly.dfdaemon.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class HostNamesTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final FakeDns dns = new FakeDns().with("fast.test", "0a000001");
  private final EventLoops loops = new EventLoops(1);

  @AfterEach
  void stop() {
    loops.close();
    dns.close();
  }

  private HostNames names(Duration patience) {
    return new HostNames(loops, List.of(dns.address()), patience);
  }

  @Test
  void slowNamesDoNotDelayAnother() throws Exception {
    try (HostNames names = names(LONG);
        ExecutorService executor = Threads.newVirtualExecutor("asking")) {
      List<CompletableFuture<?>> slow = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        String name = "slow" + i + ".test";
        slow.add(CompletableFuture.runAsync(() -> failure(names, name), executor));
      }
      CompletableFuture<List<InetAddress>> fast =
          CompletableFuture.supplyAsync(() -> names.addresses("fast.test"), executor);
      assertThat(fast.get(20, TimeUnit.SECONDS)).containsExactly(InetAddress.ofLiteral("10.0.0.1"));
      assertThat(slow).noneMatch(CompletableFuture::isDone);
      names.close();
    }
  }

  @Test
  void aNameThatNobodyAnswersForIsGivenUpInTime() {
    try (HostNames names = names(Duration.ofMillis(100))) {
      DragonflyException failure = failure(names, "slow.test");
      assertThat(failure.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
      assertThat(failure).hasMessageContaining("slow.test").hasMessageContaining("PT0.1S");
    }
  }

  @Test
  void manyWhoWantOneNameAreOneQuestion() {
    try (HostNames names = names(Duration.ofMillis(200));
        ExecutorService executor = Threads.newVirtualExecutor("asking")) {
      List<CompletableFuture<?>> all = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        all.add(CompletableFuture.runAsync(() -> failure(names, "slow.test"), executor));
      }
      CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
      assertThat(dns.asked()).hasSizeLessThanOrEqualTo(4); // Two types, perhaps a search domain.
    }
  }

  @Test
  void aNameThatDoesNotExistIsToldAsThat() {
    try (HostNames names = names(LONG)) {
      assertThat(failure(names, "nowhere.test").code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }
  }

  @Test
  void addressesAndTheHostsFileNeedNoServer() {
    try (HostNames names = names(LONG)) {
      assertThat(names.addresses("10.1.2.3")).containsExactly(InetAddress.ofLiteral("10.1.2.3"));
      assertThat(names.addresses("::1")).containsExactly(InetAddress.ofLiteral("::1"));
      assertThat(names.addresses("localhost")).allMatch(InetAddress::isLoopbackAddress);
      assertThat(dns.asked()).isEmpty();
    }
  }

  private static DragonflyException failure(HostNames names, String host) {
    return catchThrowableOfType(DragonflyException.class, () -> names.addresses(host));
  }
}
