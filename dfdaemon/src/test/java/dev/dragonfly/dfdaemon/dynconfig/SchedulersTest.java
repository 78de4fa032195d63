package dev.dragonfly.dfdaemon.dynconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.net.HostAndPort;
import dev.dragonfly.common.policy.CurrentPolicy;
import dev.dragonfly.common.policy.Intent;
import dev.dragonfly.common.policy.PolicyText;
import dev.dragonfly.common.task.TaskKind;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.dfdaemon.app.DaemonDefaults;
import dev.dragonfly.dfdaemon.client.ManagerClient;
import dev.dragonfly.dfdaemon.client.ManagerClient.ListedScheduler;
import dev.dragonfly.dfdaemon.client.ManagerClient.Requester;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchedulersTest {

  private static final InetSocketAddress A = scheduler(1);
  private static final InetSocketAddress B = scheduler(2);
  private static final InetSocketAddress C = scheduler(3);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir private Path storage;
  private final ManualTime time = new ManualTime();
  private final DiskExecutor disk = new DiskExecutor(1, 16, "test");
  private final FakeManager manager = new FakeManager();
  private final AtomicReference<OptionalInt> loadLimit = new AtomicReference<>(OptionalInt.empty());
  private final CurrentPolicy policy = new CurrentPolicy(loadLimit::set);
  private final Set<InetSocketAddress> down = ConcurrentHashMap.newKeySet();
  private final BlockingQueue<List<InetSocketAddress>> changes = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    disk.close();
  }

  @Test
  void takesTheHealthyOnesOfTheFirstClusterWithOne() throws Exception {
    manager.listed = List.of(listed(A, 1), listed(C, 2), listed(B, 2));
    down.add(A);

    started();

    assertThat(changed()).containsExactly(B, C);
  }

  @Test
  void keepsWhatItKnowsWhenTheManagerIsAwayOrNobodyIsHealthy() throws Exception {
    manager.listed = List.of(listed(A, 1));
    Schedulers schedulers = started();
    changed();

    manager.away = true;
    askAgain(MINUTE);
    manager.away = false;
    down.add(A);
    askAgain(MINUTE);
    manager.listed = List.of();
    askAgain(MINUTE);

    assertThat(schedulers.current()).containsExactly(A);
  }

  @Test
  void aRestartWithoutTheManagerFindsTheLastGoodList() throws Exception {
    manager.listed = List.of(listed(A, 1), listed(B, 1));
    started().close();
    changed();
    manager.away = true;

    started();

    assertThat(changed()).containsExactly(A, B);
  }

  @Test
  void withNothingKnownItTakesTheFirstClusterUnproven() throws Exception {
    manager.listed = List.of(listed(A, 1), listed(C, 2));
    down.addAll(List.of(A, C));

    started();

    assertThat(changed()).containsExactly(A);
  }

  @Test
  void thePolicyIsThatOfTheClusterThatIsUsedAndHoldsWhileTheManagerIsAway() throws Exception {
    manager.listed =
        List.of(
            new ListedScheduler(A, 1, policy("first", 7)),
            new ListedScheduler(B, 2, policy("second", 9)));
    down.add(A);
    started();
    changed();
    assertThat(isBlocked("second")).isTrue();
    assertThat(isBlocked("first")).isFalse();
    assertThat(loadLimit.get()).hasValue(9);

    manager.away = true;
    askAgain(MINUTE);
    assertThat(isBlocked("second")).isTrue();

    manager.away = false;
    manager.listed = List.of(new ListedScheduler(B, 2, policy("third", 0)));
    askAgain(MINUTE);
    askAgain(MINUTE);
    assertThat(isBlocked("second")).isFalse();
    assertThat(isBlocked("third")).isTrue();
    assertThat(loadLimit.get()).isEmpty();
  }

  @Test
  void thePolicyIsKeptForAStartWithoutTheManager() {
    LastAnswer<PolicyText> kept = LastAnswer.policy(storage, disk);
    assertThat(kept.load()).isEqualTo(PolicyText.NONE);
    kept.save(policy("kept", 5));

    policy.take(LastAnswer.policy(storage, disk).load());

    assertThat(isBlocked("kept")).isTrue();
    assertThat(loadLimit.get()).hasValue(5);
  }

  @Test
  void aKeptPolicyThatCannotBeReadIsNone() throws IOException {
    Files.writeString(storage.resolve("policy"), "{\"blocks\":");

    assertThat(LastAnswer.policy(storage, disk).load()).isEqualTo(PolicyText.NONE);
  }

  private boolean isBlocked(String tag) {
    return policy
        .blocks()
        .ruleAgainst(
            new Intent(TaskKind.STANDARD, "http://h/x", Optional.empty(), Optional.of(tag), 0))
        .isPresent();
  }

  private static PolicyText policy(String blockedTag, int load) {
    return new PolicyText(
        "{\"block_list\":{\"task\":{\"download\":{\"tags\":[\"%s\"]}}}}".formatted(blockedTag),
        "{\"load_limit\":%d}".formatted(load));
  }

  private static ListedScheduler listed(InetSocketAddress address, long clusterId) {
    return new ListedScheduler(address, clusterId, PolicyText.NONE);
  }

  @Test
  void startDoesNotFailWithoutManagerAndFile() throws Exception {
    manager.away = true;
    Schedulers schedulers = started();
    manager.asked.acquire();

    assertThat(schedulers.current()).isEmpty();
    manager.away = false;
    manager.listed = List.of(listed(A, 1));
    askAgain(MINUTE);
    assertThat(changed()).containsExactly(A);
  }

  @Test
  void listsThoseTooThatAreDownOrOfAnotherCluster() throws Exception {
    manager.listed = List.of(listed(A, 1), listed(B, 2));
    down.add(A);
    Schedulers schedulers = started();
    changed();

    assertThat(schedulers.lists(A.getAddress())).isTrue();
    assertThat(schedulers.lists(B.getAddress())).isTrue();
    assertThat(schedulers.lists(C.getAddress())).isFalse();
  }

  @Test
  void aStrangerIsLookedForOnceInFiveSeconds() throws Exception {
    manager.listed = List.of(listed(A, 1));
    Schedulers schedulers = started();
    changed();
    schedulers.lookAgain();
    manager.asked.drainPermits();
    manager.listed = List.of(listed(A, 1), listed(B, 1));

    schedulers.lookAgain();
    assertThat(manager.asked.tryAcquire()).as("asked at once again").isFalse();
    time.advance(Duration.ofSeconds(5));
    schedulers.lookAgain();

    assertThat(manager.asked.tryAcquire()).isTrue();
    assertThat(schedulers.lists(B.getAddress())).isTrue();
  }

  @Test
  void anAddressMustHaveAPort() {
    assertThat(HostAndPort.parse("[::1]:8002")).isEqualTo(new HostAndPort("::1", 8002));
    assertThatThrownBy(() -> HostAndPort.parse("10.0.0.1")).hasMessageContaining("host:port");
    assertThatThrownBy(() -> HostAndPort.parse("::1:8002")).hasMessageContaining("host:port");
    assertThatThrownBy(() -> HostAndPort.parse("a:70000")).hasMessageContaining("a:70000");
  }

  private RefreshedSchedulers started() {
    Requester requester =
        new Requester("node", "10.0.0.9", false, Optional.empty(), Optional.empty(), 0);
    ManagerLookup lookup =
        new ManagerLookup(
            manager,
            (scheduler, bound) -> !down.contains(scheduler),
            requester,
            LastAnswer.schedulers(storage, disk),
            policy::take);
    RefreshedSchedulers schedulers =
        RefreshedSchedulers.fromManager(lookup, DaemonDefaults.CONFIG.manager(), time, time);
    schedulers.listen(changes::add);
    schedulers.start();
    return schedulers;
  }

  /** A lookup that runs is not joined, so ask until the manager has been asked. */
  private void askAgain(Duration later) throws InterruptedException {
    manager.asked.drainPermits();
    for (int i = 0; i < 100; i++) {
      time.advance(later);
      if (manager.asked.tryAcquire(50, TimeUnit.MILLISECONDS)) {
        return;
      }
    }
    throw new AssertionError("the manager was not asked");
  }

  private List<InetSocketAddress> changed() throws InterruptedException {
    return Optional.ofNullable(changes.poll(5, TimeUnit.SECONDS)).orElseThrow();
  }

  private static InetSocketAddress scheduler(int last) {
    return new InetSocketAddress(InetAddress.ofLiteral("10.0.0." + last), 8002);
  }

  /** A manager whose list the test sets. */
  private static final class FakeManager implements ManagerClient {

    final Semaphore asked = new Semaphore(0);
    volatile List<ListedScheduler> listed = List.of();
    volatile boolean away;

    @Override
    public List<ListedScheduler> listSchedulers(Requester requester) {
      asked.release();
      if (away) {
        throw new DragonflyException(ErrorCode.UNAVAILABLE, "the manager is away");
      }
      return listed;
    }

    @Override
    public void close() {}
  }
}
