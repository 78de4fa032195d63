package dev.dragonfly.manager.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.config.ConfigLoader;
import dev.dragonfly.common.lifecycle.Closer;
import dev.dragonfly.common.testing.TestPostgres;
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.common.time.SystemTimers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A password of root that comes from outside, as where several managers start at once. */
final class GivenRootPasswordTest {
  @TempDir private Path folder;

  @Test
  void theFirstStartTakesItAndWritesNoFileAndALaterStartDoesNotChangeIt() throws Exception {
    try (TestPostgres postgres = TestPostgres.start()) {
      String url = postgres.newDatabase();
      assertThat(signIn(config(postgres, url, "given-at-first"), "given-at-first")).isEqualTo(200);
      assertThat(folder.resolve("root-password")).doesNotExist();
      ManagerConfig later = config(postgres, url, "given-later-on");
      assertThat(signIn(later, "given-later-on")).isEqualTo(401);
      assertThat(signIn(later, "given-at-first")).isEqualTo(200);
    }
  }

  private ManagerConfig config(TestPostgres postgres, String url, String rootPassword) {
    return ConfigLoader.parse(
        """
        server: {ip: 127.0.0.1, restPort: 0, grpcPort: 0}
        database: {url: '%s', user: '%s', password: '%s', pool: 4, startupWait: 20s}
        auth: {passwordFile: '%s', rootPassword: %s}
        metrics: {port: 0}
        """
            .formatted(
                url,
                postgres.user(),
                postgres.password(),
                folder.resolve("root-password"),
                rootPassword),
        "the test",
        ManagerConfig.DEFAULTS,
        ManagerConfig.class);
  }

  private static int signIn(ManagerConfig config, String password)
      throws IOException, InterruptedException {
    Closer closer = new Closer();
    SystemTimers timers = closer.add(new SystemTimers("root-password-test"));
    try (Manager manager = Manager.start(config, SystemTime.INSTANCE, timers, closer);
        HttpClient http = HttpClient.newHttpClient()) {
      String body = "{\"name\":\"root\",\"password\":\"%s\"}".formatted(password);
      return http.send(
              HttpRequest.newBuilder(URI.create(manager.restUrl() + "/api/v1/users/signin"))
                  .timeout(Duration.ofSeconds(30))
                  .POST(HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    }
  }
}
