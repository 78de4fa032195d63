package dev.dragonfly.common.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskSpecTest {
  @ParameterizedTest
  @CsvSource({
    "https://host/file, https://host/file",
    "https://host/file?sig=secret, https://host/file",
    "https://user:secret@host:1/a@b?x=1#y, https://host:1/a@b",
    "https://host/a#secret, https://host/a",
    "no url at all, no url at all"
  })
  void thePublicUrlHasNoUserInfoAndNoQuery(String url, String expected) {
    assertThat(TaskSpec.ofUrl(url).publicUrl()).isEqualTo(expected);
  }

  @Test
  void theTextOfASpecHasNoSecrets() {
    TaskSpec spec =
        TaskSpec.ofUrl("https://u:secret@host/f?sig=secret")
            .withRequestHeader(Map.of("authorization", "secret"));

    assertThat(spec.toString()).contains("https://host/f").doesNotContain("secret");
  }
}
