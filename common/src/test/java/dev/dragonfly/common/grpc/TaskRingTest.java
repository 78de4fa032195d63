package dev.dragonfly.common.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.task.TaskId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TaskRingTest {
  private static final InetSocketAddress ONE = address("10.0.0.1", 8002);
  private static final InetSocketAddress TWO = address("10.0.0.2", 8002);
  private static final InetSocketAddress THREE = address("192.168.1.10", 8002);

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 2c30ce45aaaf7546",
    "10.0.0.1, 9948a09af7ec8dee",
    "10.0.0.2, 3c5a35daa4177512",
    "192.168.1.10, 66bb86f995f476ca",
    "::1, 3f52c1d091552b23",
    "2001:db8::1, 7594c522abec20ee",
  })
  void aSchedulerOnPort8002LiesWhereUpstreamPutsIt(String ip, String hash) {
    assertThat(hex(TaskRing.nodeHash(address(ip, 8002)))).isEqualTo(hash);
  }

  @ParameterizedTest
  @CsvSource({
    "3c3f2, 0ab2cf5a340b992b",
    "06408, d6b27f30679d0b91",
    "5844f, efec496e8810c73a",
    "00000, 32266d2bbc957c60",
    "fffff, fe327ff26d77028c",
    "abcde, f4cdb0a996a23a5e",
  })
  void aTaskLiesWhereUpstreamPutsIt(String start, String hash) {
    assertThat(hex(TaskRing.keyHash(task(start).value()))).isEqualTo(hash);
  }

  @ParameterizedTest
  @ValueSource(strings = {"3c3f2", "06408", "5844f", "00000", "fffff", "abcde"})
  void theseTasksBelongToTheSecondScheduler(String start) {
    assertThat(TaskRing.of(List.of(ONE, TWO, THREE)).order(task(start))).startsWith(TWO);
  }

  @Test
  void thisTaskBelongsToTheThirdScheduler() {
    assertThat(TaskRing.of(List.of(ONE, TWO, THREE)).order(task("12345"))).startsWith(THREE);
  }

  @Test
  void theOrderOfFailOverIsClockwiseFromTheTask() {
    TaskRing ring = TaskRing.of(List.of(ONE, TWO, THREE));

    assertThat(ring.order(task("12345"))).containsExactly(THREE, ONE, TWO);
    assertThat(ring.order(task("fffff"))).containsExactly(TWO, THREE, ONE);
  }

  @Test
  void theOrderInWhichSchedulersAreListedDoesNotMatter() {
    assertThat(TaskRing.of(List.of(THREE, TWO, ONE)).order(task("12345")))
        .isEqualTo(TaskRing.of(List.of(ONE, TWO, THREE)).order(task("12345")));
  }

  @Test
  void withoutTheSchedulerOfATaskTheNextOneHasIt() {
    assertThat(TaskRing.of(List.of(ONE, TWO)).order(task("12345"))).startsWith(ONE);
  }

  @Test
  void aRingNeedsASchedulerWithAnAddress() {
    assertThatThrownBy(() -> TaskRing.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> TaskRing.of(List.of(InetSocketAddress.createUnresolved("scheduler", 8002))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("scheduler");
  }

  private static TaskId task(String start) {
    return new TaskId(start + "0".repeat(64 - start.length()));
  }

  private static InetSocketAddress address(String ip, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByName(ip), port);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(ip, e);
    }
  }

  private static String hex(long hash) {
    return "%016x".formatted(hash);
  }
}
