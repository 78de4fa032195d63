package dev.dragonfly.manager.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.config.Secret;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.manager.security.SharedSecrets;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

final class SessionTokensTest {
  private static final Duration TWO_DAYS = Duration.ofDays(2);
  private static final Duration TEN_DAYS = Duration.ofDays(10);

  private final ManualTime time = new ManualTime();
  private final SessionTokens tokens = tokens("a key for this test");

  @Test
  void aTokenTellsWhoIsSignedInUntilItEnds() {
    String token = tokens.token(tokens.begin(7));
    assertThat(tokens.read(token)).get().extracting(Session::userId).isEqualTo(7L);
    time.advance(TWO_DAYS.plusSeconds(1));
    assertThat(tokens.read(token)).isEmpty();
  }

  @Test
  void aTokenOfAnotherKeyIsNobody() {
    assertThat(tokens.read(tokens("another key").token(tokens.begin(7)))).isEmpty();
  }

  @Test
  void aChangedTokenIsNobody() {
    String[] parts = tokens.token(tokens.begin(7)).split("\\.");
    String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
    String forged = encode(claims.replace("\"id\":7", "\"id\":1"));
    assertThat(claims).contains("\"id\":7");
    assertThat(tokens.read(parts[0] + "." + forged + "." + parts[2])).isEmpty();
  }

  @Test
  void aTokenWithoutSignatureIsNobodyWhateverItsHeaderSays() {
    String claims = tokens.token(tokens.begin(7)).split("\\.")[1];
    assertThat(tokens.read(encode("{\"alg\":\"none\"}") + "." + claims + ".")).isEmpty();
    assertThat(tokens.read("")).isEmpty();
    assertThat(tokens.read("a.b.c")).isEmpty();
    assertThat(tokens.read("..")).isEmpty();
  }

  @Test
  void aTokenCanBeRenewedForAsLongAsItLasted() {
    String token = tokens.token(tokens.begin(7));
    time.advance(TWO_DAYS.minusSeconds(1));
    assertThat(tokens.readForRenewal(token)).isPresent();
    time.advance(Duration.ofSeconds(2));
    assertThat(tokens.readForRenewal(token)).isEmpty();
  }

  @Test
  void renewingNeverLeadsBeyondTheEndOfTheSignIn() {
    Session session = tokens.begin(7);
    String token = "";
    for (int day = 0; day < 9; day++) {
      time.advance(Duration.ofDays(1));
      token = tokens.token(session);
      session = tokens.renew(tokens.readForRenewal(token).orElseThrow());
    }
    token = tokens.token(session);
    assertThat(session.until()).isEqualTo(time.now().plus(Duration.ofDays(1)));
    time.advance(Duration.ofDays(1).plusSeconds(1));
    assertThat(tokens.read(token)).isEmpty();
    assertThat(tokens.readForRenewal(token)).isEmpty();
  }

  private static String encode(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private SessionTokens tokens(String key) {
    AuthConfig config =
        new AuthConfig(
            Path.of("unused"), null, Secret.of(key.repeat(3)), TWO_DAYS, TEN_DAYS, true, null);
    JdbcClient unused = JdbcClient.create(new PGSimpleDataSource());
    SigningKey signingKey = new SigningKey(config, new SharedSecrets(new SecureRandom(), unused));
    signingKey.start();
    return new SessionTokens(signingKey, config, time);
  }
}
