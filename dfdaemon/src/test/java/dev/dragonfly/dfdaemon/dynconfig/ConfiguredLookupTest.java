package dev.dragonfly.dfdaemon.dynconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.dfdaemon.app.DaemonDefaults;
import dev.dragonfly.dfdaemon.net.EventLoops;
import dev.dragonfly.dfdaemon.net.FakeDns;
import dev.dragonfly.dfdaemon.net.HostNames;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConfiguredLookupTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final FakeDns dns =
      new FakeDns()
          .with("ring.test", "0a000002", "0a000001", "fd000000000000000000000000000001")
          .with("six.test", "fd000000000000000000000000000002");
  private final EventLoops loops = new EventLoops(1);
  private HostNames names = new HostNames(loops, List.of(dns.address()), LONG);

  @AfterEach
  void stop() {
    names.close();
    loops.close();
    dns.close();
  }

  @Test
  void aNameStandsForAllItsAddressesOfTheFourthVersion() {
    SchedulerLookup.Found found = look("ring.test:8002");

    assertThat(found.use()).containsExactlyInAnyOrder(scheduler("10.0.0.1"), scheduler("10.0.0.2"));
    assertThat(found.listed()).contains(InetAddress.ofLiteral("fd00::1"));
  }

  @Test
  void aNameWithoutSuchStandsForThoseOfTheSixth() {
    assertThat(look("six.test:8002").use()).containsExactly(scheduler("fd00::2"));
  }

  @Test
  void aNameThatDoesNotResolveLeavesTheOthers() {
    assertThat(look("nowhere.test:8002", "10.0.0.9:8002").use())
        .containsExactly(scheduler("10.0.0.9"));
  }

  @Test
  void whereNoNameResolvesEachIsTold() {
    assertThatThrownBy(() -> look("nowhere.test:8002", "never.test:8002"))
        .hasMessageContaining("nowhere.test")
        .hasMessageContaining("never.test");
  }

  @Test
  void aSilentServerIsGivenUpInTime() {
    names.close();
    names = new HostNames(loops, List.of(dns.address()), Duration.ofMillis(100));

    assertThatThrownBy(() -> look("slow.test:8002")).hasMessageContaining("within PT0.1S");
  }

  @Test
  void whatIsFoundIsSortedAndUnique() throws Exception {
    BlockingQueue<List<InetSocketAddress>> changes = new LinkedBlockingQueue<>();
    SchedulerConfig config =
        DaemonDefaults.parse(
                "scheduler: {addresses: ['ring.test:8002', '10.0.0.0:8002', '10.0.0.1:8002']}")
            .scheduler();
    ManualTime time = new ManualTime();
    try (RefreshedSchedulers schedulers =
        RefreshedSchedulers.configured(config, names, time, time)) {
      schedulers.listen(changes::add);
      schedulers.start();

      assertThat(changes.poll(30, TimeUnit.SECONDS))
          .containsExactly(scheduler("10.0.0.0"), scheduler("10.0.0.1"), scheduler("10.0.0.2"));
    }
  }

  private SchedulerLookup.Found look(String... addresses) {
    return new ConfiguredLookup(List.of(addresses), names).look(List.of());
  }

  private static InetSocketAddress scheduler(String ip) {
    return new InetSocketAddress(InetAddress.ofLiteral(ip), 8002);
  }
}
