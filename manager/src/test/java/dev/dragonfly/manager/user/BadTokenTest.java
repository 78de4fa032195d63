package dev.dragonfly.manager.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.manager.app.RestCaller;
import dev.dragonfly.manager.app.RunningManager;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A token that is signed with the right key and says what no session says is nobody's. */
@ExtendWith(RunningManager.Extension.class)
final class BadTokenTest {
  private final RunningManager running;
  private long now;

  BadTokenTest(RunningManager running) {
    this.running = running;
  }

  @BeforeEach
  void readTheClock() {
    now = running.time().now().getEpochSecond();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'id':1,'orig_iat':NOW,'exp':1000000000000000000}",
        "{'id':1,'orig_iat':1000000000000000000,'exp':LATER}",
        "{'id':1,'orig_iat':NOW,'auth_time':1000000000000000000,'exp':1000000000000000000}",
        "{'id':1,'orig_iat':NOW,'exp':LATER,'nbf':LATER}",
        "{'id':'1','orig_iat':NOW,'exp':LATER}",
        "{'id':1.5,'orig_iat':NOW,'exp':LATER}",
        "{'id':1,'orig_iat':'NOW','exp':LATER}",
        "{'id':1,'exp':LATER}",
        "{'id':1,'orig_iat':NOW}",
        "{'id':1,'orig_iat':NOW,'exp':NOW}",
        "{'id':999999,'orig_iat':NOW,'exp':LATER}",
        "{}",
        "[]",
        "nonsense"
      })
  void isRefused(String claims) throws IOException, InterruptedException {
    String text =
        claims
            .replace('\'', '"')
            .replace("NOW", Long.toString(now))
            .replace("LATER", Long.toString(now + 600));
    refused(RestCaller.forged(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "None", "HS512", "RS256"})
  void anotherAlgorithmIsRefused(String algorithm) throws IOException, InterruptedException {
    String claims = "{\"id\":1,\"orig_iat\":%d,\"exp\":%d}".formatted(now, now + 600);
    String signed = RestCaller.forged(claims, "{\"alg\":\"" + algorithm + "\"}");
    refused(signed);
    refused(signed.substring(0, signed.lastIndexOf('.') + 1));
  }

  private void refused(String token) throws IOException, InterruptedException {
    try (RestCaller caller = new RestCaller(running.restUrl(), token)) {
      assertThat(caller.get("/api/v1/clusters").statusCode()).isEqualTo(401);
    }
  }
}
