package dev.dragonfly.dfdaemon.proxy.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.oci.Registry;
import dev.dragonfly.dfdaemon.net.Headers;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CallerTest {
  private static final Origin FILE = new Origin("http://files.corp/x", Optional.empty(), "", false);
  private static final Origin BLOB =
      new Origin(
          "https://ghcr.io/v2/a/blobs/x", Optional.of(Registry.parse("ghcr.io")), "a", false);

  @ParameterizedTest
  @ValueSource(
      strings = {"Authorization", "Cookie", "PRIVATE-TOKEN", "X-JFrog-Art-Api", "X-Api-Key"})
  void whateverHeaderSomebodyProvesHimselfWithMakesHimAnother(String name) {
    for (Origin origin : new Origin[] {FILE, BLOB}) {
      Caller.Key nobody = key(origin);
      Caller.Key one = key(origin, name, "one");
      assertThat(one).isNotEqualTo(nobody).isNotEqualTo(key(origin, name, "two"));
      assertThat(one).isEqualTo(key(origin, name, "one")).hasToString(one.toString());
    }
  }

  @Test
  void howARuntimeWantsItsContentDoesNotMakeItAnotherCallerOfARegistry() {
    assertThat(key(BLOB, "Authorization", "Bearer t", "Accept", "application/json"))
        .isEqualTo(key(BLOB, "Range", "bytes=0-1", "authorization", "Bearer t"));
  }

  @Test
  void anOrdinaryOriginMaySeeCallersInEveryHeader() {
    assertThat(key(FILE, "User-Agent", "one")).isNotEqualTo(key(FILE, "User-Agent", "two"));
  }

  @Test
  void whatSomebodyProvesHimselfWithIsNotKept() {
    assertThat(key(FILE, "Authorization", "Bearer a").toString()).doesNotContain("Bearer");
    assertThat(new Caller(Headers.of("Authorization", "Bearer a"), true).toString())
        .doesNotContain("Bearer");
  }

  private static Caller.Key key(Origin origin, String... header) {
    return new Caller(Headers.of(header), true).key(origin);
  }
}
