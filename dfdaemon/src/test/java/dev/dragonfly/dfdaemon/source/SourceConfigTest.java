package dev.dragonfly.dfdaemon.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.dragonfly.dfdaemon.app.DaemonDefaults;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SourceConfigTest {
  @Test
  void aConfigurationThatDoesNotSayHasBoundedWaitsAndNoExceptions() {
    SourceConfig config = DaemonDefaults.CONFIG.source();
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
    assertThatIllegalArgumentException().isThrownBy(() -> with(List.of("ten/8"), List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> with(List.of(), List.of("ten/8")));
  }

  private static SourceConfig with(List<String> allow, List<String> deny) {
    SourceConfig other = DaemonDefaults.CONFIG.source();
    return new SourceConfig(
        allow,
        deny,
        other.connectTimeout(),
        other.headerTimeout(),
        other.noProgressTimeout(),
        other.rateLimit(),
        other.caFile(),
        List.of());
  }
}
