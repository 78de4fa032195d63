package dev.dragonfly.dfdaemon.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.HostType;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.dfdaemon.app.DaemonDefaults;
import dev.dragonfly.dfdaemon.task.RunPeerIds;
import java.net.InetAddress;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MachineTest {

  private static final TaskId TASK = new TaskId("c".repeat(64));

  @Test
  void whatIsNotConfiguredIsDetected() {
    Machine machine = Machine.of(DaemonDefaults.CONFIG.host(), false);

    assertThat(machine.hostname()).isNotBlank();
    assertThat(InetAddress.ofLiteral(machine.ip()).isAnyLocalAddress()).isFalse();
    assertThat(machine.type()).isEqualTo(HostType.NORMAL);
  }

  @Test
  void whatIsConfiguredIsTaken() {
    Machine machine = Machine.of(configured(), true);

    assertThat(machine.id()).isEqualTo(new HostId("10.0.0.9-node-seed"));
    assertThat(machine.type()).isEqualTo(HostType.SUPER_SEED);
    assertThat(machine.idc()).contains("dc1");
    assertThat(machine.schedulerClusterId()).isEqualTo(4);
  }

  @Test
  void aTaskKeepsThePeerIdOfItsLastDownloadForTheRun() {
    RunPeerIds ids = new RunPeerIds(Machine.of(configured(), true), UUID::randomUUID);

    assertThat(ids.of(TASK)).isEqualTo(ids.of(TASK));
    assertThat(ids.begin(TASK)).isEqualTo(ids.of(TASK));
    assertThat(ids.of(TASK).value()).startsWith("10.0.0.9-node-").endsWith("-seed");
    assertThat(ids.begin(TASK)).isNotEqualTo(ids.begin(TASK));
  }

  private static HostConfig configured() {
    return new HostConfig(
        Optional.of("10.0.0.9"),
        Optional.of("node"),
        Optional.of("dc1"),
        Optional.of("eu|north"),
        4);
  }
}
