package dev.dragonfly.dfdaemon.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SourceConfigTest {
  @Test
  void aConfigurationThatDoesNotSayHasBoundedWaitsAndNoExceptions() {
    SourceConfig config = SourceConfig.DEFAULT;
    assertThat(config.allow()).isEmpty();
    assertThat(config.deny()).isEmpty();
    assertThat(config.connectTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(config.headerTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.noProgressTimeout()).isEqualTo(Duration.ofSeconds(20));
    assertThat(config.rateLimit().bytes()).isZero();
    assertThat(config.caFile()).isEmpty();
  }

  @Test
  void aNetworkThatIsNoneIsNoticedAtOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new SourceConfig(List.of("ten/8"), null, null, null, null, null, null, null));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new SourceConfig(null, List.of("ten/8"), null, null, null, null, null, null));
  }
}
