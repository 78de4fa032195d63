package dev.dragonfly.common.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.dragonfly.common.config.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JoinTokenTest {
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";

  @Test
  void matchesItselfOnlyAndIsNotPrinted() {
    JoinToken token = JoinToken.of(Secret.of(TOKEN));
    assertThat(token.matches(TOKEN)).isTrue();
    assertThat(token.matches(TOKEN + "0")).isFalse();
    assertThat(token.matches("")).isFalse();
    assertThat(token.toString()).doesNotContain("0123");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "short",
        "0123456789abcdef 0123456789abcdef",
        "ä123456789abcdef0123456789abcdef"
      })
  void aTokenThatCouldBeGuessedOrNotTravelIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JoinToken.of(Secret.of(text)))
        .withMessageContaining("a join token is 32 to 512");
  }
}
