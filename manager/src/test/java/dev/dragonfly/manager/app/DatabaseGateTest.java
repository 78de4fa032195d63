package dev.dragonfly.manager.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.dragonfly.common.config.Secret;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.common.time.SystemTimers;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RunningManager.Extension.class)
final class DatabaseGateTest {
  private final SystemTimers timers = new SystemTimers("gate-test");

  @AfterEach
  void close() {
    timers.close();
  }

  @Test
  void aServerThatIsNotThereIsNamedAfterTheWait() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    DragonflyException failure = failure("jdbc:postgresql://127.0.0.1:" + free + "/manager", "x");
    assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(failure).hasMessageContaining("127.0.0.1:" + free);
  }

  @Test
  void whoIsRefusedIsToldAtOnce(RunningManager running) {
    long begin = SystemTime.INSTANCE.nanos();
    DragonflyException failure =
        failure(running.bean(ManagerConfig.class).database().address(), "wrong", "nobody");
    assertThat(failure.code()).isEqualTo(ErrorCode.CONFIG);
    assertThat(failure).hasMessageContaining("database.password").hasMessageNotContaining("wrong");
    assertThat(Duration.ofNanos(SystemTime.INSTANCE.nanos() - begin))
        .isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void aUrlOfAnotherDatabaseIsRefused() {
    assertThat(failure("jdbc:mysql://127.0.0.1/manager", "x").code()).isEqualTo(ErrorCode.CONFIG);
  }

  private DragonflyException failure(String url, String password) {
    return failure(url, password, "manager");
  }

  private DragonflyException failure(String url, String password, String user) {
    DatabaseConfig config =
        new DatabaseConfig(
            url, "unused", 1, "unused", user, Secret.of(password), 1, Duration.ofMillis(1200));
    DragonflyException failure =
        catchThrowableOfType(
            DragonflyException.class,
            () -> new DatabaseGate(config, SystemTime.INSTANCE, timers).await());
    assertThat(failure).isNotNull();
    return failure;
  }
}
