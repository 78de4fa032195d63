package dev.dragonfly.manager.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.lifecycle.Closer;
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.common.time.SystemTimers;
import dev.dragonfly.manager.instance.InstanceKey;
import dev.dragonfly.manager.instance.InstanceKind;
import dev.dragonfly.manager.instance.InstanceState;
import dev.dragonfly.manager.instance.KeepAlives;
import dev.dragonfly.manager.instance.Registrations;
import dev.dragonfly.manager.instance.SeedPeerRegistration;
import dev.dragonfly.manager.instance.SeedPeerStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A second manager on the same database; its clock is that of the system. */
@ExtendWith(RunningManager.Extension.class)
final class RestartTest {
  private static final InstanceKey SEED_PEER =
      new InstanceKey(InstanceKind.SEED_PEER, "p1", "127.0.0.1", 1);

  @TempDir private Path folder;

  @Test
  void anotherManagerMakesNoSecondFirstStartAndItsEndEndsNoInstance(RunningManager running)
      throws IOException, InterruptedException {
    running.clear();
    String password = Files.readString(running.passwordFile()).strip();
    Path unused = folder.resolve("password");
    DatabaseConfig database = running.bean(ManagerConfig.class).database();
    ManagerConfig config =
        RunningManager.config(database.jdbcUrl(), database.user(), database.secret(), unused);
    Closer closer = new Closer();
    SystemTimers timers = closer.add(new SystemTimers("restart-test"));
    try (Manager second = Manager.start(config, SystemTime.INSTANCE, timers, closer)) {
      assertThat(unused).doesNotExist();
      assertThat(folder.resolve("join-token")).hasSameTextualContentAs(running.joinTokenFile());
      assertThat(signIn(second, password)).isEqualTo(200);
      second
          .context()
          .getBean(Registrations.class)
          .register(new SeedPeerRegistration(SEED_PEER, "super", 8101, 8103, "", ""));
      KeepAlives keepAlives = second.context().getBean(KeepAlives.class);
      keepAlives.leave();
      keepAlives.end(keepAlives.begin(SEED_PEER).orElseThrow());
    }
    assertThat(running.bean(SeedPeerStore.class).find("p1", 1).orElseThrow().state())
        .isEqualTo(InstanceState.ACTIVE);
  }

  private static int signIn(Manager manager, String password)
      throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(manager.restUrl() + "/api/v1/users/signin"))
              .timeout(Duration.ofSeconds(20))
              .header("Content-Type", "application/json")
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      "{\"name\":\"root\",\"password\":\"" + password + "\"}"))
              .build();
      return http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    }
  }
}
