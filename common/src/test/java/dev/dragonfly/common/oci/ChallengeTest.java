package dev.dragonfly.common.oci;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChallengeTest {
  @Test
  void aTokenIsAskedForTheRepositoryAlone() {
    Challenge challenge =
        Challenge.parse(
                "Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\",scope=\"repository:x:push\"")
            .orElseThrow();
    assertThat(challenge.basic()).isFalse();
    assertThat(challenge.tokenUrl("library/busybox"))
        .isEqualTo(
            "https://auth.docker.io/token?service=registry.docker.io&scope=repository%3Alibrary%2Fbusybox%3Apull");
  }

  @Test
  void aRealmMayHaveAQuery() {
    Challenge challenge = Challenge.parse("bearer realm=\"https://a/t?x=1\"").orElseThrow();
    assertThat(challenge.tokenUrl("a")).isEqualTo("https://a/t?x=1&scope=repository%3Aa%3Apull");
    assertThat(challenge.tokenUrl("")).isEqualTo("https://a/t?x=1");
  }

  @Test
  void basicNeedsNoRealm() {
    assertThat(Challenge.parse("Basic realm=\"Registry\"").orElseThrow().basic()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Bearer",
        "Negotiate abc",
        "Bearer realm=\"file:///etc/passwd\"",
        "Digest x=y"
      })
  void whatCannotBeMetIsNothing(String header) {
    assertThat(Challenge.parse(header)).isEmpty();
  }
}
