package dev.dragonfly.manager.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.testing.TestPostgres;
import dev.dragonfly.manager.app.OwnManager;
import dev.dragonfly.manager.app.RestCaller;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who calls, and over what, is believed from proxies that the configuration names. */
final class TrustedProxyTest {
  private static final String SIGN_OUT = "/api/v1/users/signout";

  @TempDir private static Path folder;
  private static TestPostgres postgres;

  @BeforeAll
  static void start() {
    postgres = TestPostgres.start();
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1, 203.0.113.9, true", "10.9.9.9, 127.0.0.1, false"})
  void saysWhoCallsAndOverWhat(String trusted, String caller, boolean secure) throws Exception {
    String config = "web: {trustedProxies: ['%s'], metrics: true}".formatted(trusted);
    try (OwnManager manager = OwnManager.start(postgres, folder, config);
        RestCaller proxy = new RestCaller(manager.restUrl(), "")) {
      Callers callers = new Callers();
      manager.pipeline().addValve(callers);
      HttpResponse<String> answer =
          proxy.send(
              "POST",
              SIGN_OUT,
              "",
              "X-Forwarded-For",
              "198.51.100.1, 203.0.113.9",
              "X-Forwarded-Proto",
              "https");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(callers.next()).isEqualTo(caller);
      assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow().contains("Secure"))
          .isEqualTo(secure);
      // Without the headers a caller is who he is.
      assertThat(proxy.send("POST", SIGN_OUT, "").statusCode()).isEqualTo(200);
      assertThat(callers.next()).isEqualTo("127.0.0.1");
      assertThat(proxy.get("/metrics").body()).contains("manager_requests_total{");
    }
  }

  /** Notes who calls, after the server has found out. */
  private static final class Callers extends ValveBase {
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    Callers() {
      super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
      seen.add(request.getRemoteAddr());
      getNext().invoke(request, response);
    }

    String next() throws InterruptedException {
      return String.valueOf(seen.poll(10, TimeUnit.SECONDS));
    }
  }
}
