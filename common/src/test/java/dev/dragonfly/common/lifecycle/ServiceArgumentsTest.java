package dev.dragonfly.common.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ServiceArgumentsTest {
  @Test
  void bothOptionsAreReadInEitherForm() {
    assertThat(ServiceArguments.parse(List.of("--config", "/a.yaml", "--ready-file=/b"), true))
        .isEqualTo(
            new ServiceArguments(Optional.of(Path.of("/a.yaml")), Optional.of(Path.of("/b"))));
  }

  @Test
  void whatIsNotNamedIsAbsent() {
    assertThat(ServiceArguments.parse(List.of(), false))
        .isEqualTo(new ServiceArguments(Optional.empty(), Optional.empty()));
  }

  @Test
  void anUnknownOptionAndAMissingFileAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServiceArguments.parse(List.of("--konfig", "x"), true))
        .withMessageContaining("--konfig");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServiceArguments.parse(List.of("--config"), true))
        .withMessageContaining("--config");
  }

  @Test
  void aCommandLineThatCannotBeReadEndsWithTwoAndStartsNothing() throws Exception {
    assertThat(ServiceArguments.run(new Started(true), "--nothing")).isEqualTo(2);
    assertThat(ServiceArguments.run(new Started(true))).isEqualTo(2);
  }

  @Test
  void helpStartsNothing() throws Exception {
    assertThat(ServiceArguments.run(new Started(false), "--help")).isZero();
  }

  @Test
  void theCodeOfTheServiceIsPassedOn() throws Exception {
    assertThat(ServiceArguments.run(new Started(false))).isEqualTo(Started.CODE);
  }

  /** Says that it ran. */
  private record Started(boolean needsConfig) implements Service {
    static final int CODE = 7;

    @Override
    public String name() {
      return "started";
    }

    @Override
    public String purpose() {
      return "Runs.";
    }

    @Override
    public int run(ServiceArguments arguments) {
      return CODE;
    }
  }
}
