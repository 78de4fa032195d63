package dev.dragonfly.scheduler.rpc;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.HostStats;
import dev.dragonfly.common.host.HostType;
import java.net.InetAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who may speak for a host. */
class CallerCheckTest {
  private final CallerCheck check = new CallerCheck(true);

  @Test
  void aHostSpeaksForItself() {
    assertMay("10.0.0.1", "10.0.0.1");
    assertMay("fd00:0:0:0:0:0:0:1", "fd00::1");
    assertMay("10.0.0.1", "::ffff:10.0.0.1");
  }

  @Test
  void whoRunsBesideTheSchedulerIsBelieved() {
    assertMay("127.0.0.1", "10.0.0.1");
    assertMay("::1", "10.0.0.1");
  }

  @Test
  void aStrangerIsRefusedAndToldWhatToDo() {
    assertMayNot(address("10.0.0.2"), "10.0.0.1", ErrorCode.PERMISSION_DENIED);
    assertThatThrownBy(() -> check.require(address("10.0.0.2"), host("10.0.0.1")))
        .hasMessageContainingAll("10.0.0.1-web", "10.0.0.1", "10.0.0.2", "security.checkAddresses");
  }

  @Test
  void aCallWithoutAnAddressIsNobodys() {
    assertMayNot(Optional.empty(), "10.0.0.1", ErrorCode.PERMISSION_DENIED);
  }

  @Test
  void aNameIsNoAddress() {
    assertMayNot(address("10.0.0.2"), "localhost", ErrorCode.INVALID_ARGUMENT);
  }

  @Test
  void whereAddressesAreTranslatedTheyAreNotCompared() {
    CallerCheck off = new CallerCheck(false);
    assertThatCode(() -> off.require(address("10.0.0.2"), host("10.0.0.1")))
        .doesNotThrowAnyException();
  }

  private void assertMay(String caller, String ip) {
    assertThatCode(() -> check.require(address(caller), host(ip))).doesNotThrowAnyException();
  }

  private void assertMayNot(Optional<InetAddress> caller, String ip, ErrorCode code) {
    assertThatThrownBy(() -> check.require(caller, host(ip)))
        .isInstanceOf(DragonflyException.class)
        .extracting(e -> ((DragonflyException) e).code())
        .isEqualTo(code);
  }

  private static Optional<InetAddress> address(String literal) {
    return Optional.of(InetAddress.ofLiteral(literal));
  }

  private static Host host(String ip) {
    return new Host(
        HostId.of(ip, "web", false),
        HostType.NORMAL,
        "web",
        ip,
        4000,
        4005,
        0,
        Optional.empty(),
        Optional.empty(),
        1,
        false,
        Optional.empty(),
        1,
        HostStats.NONE);
  }
}
