package dev.dragonfly.dfdaemon.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.testing.ManualTime;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class SuspectsTest {

  private static final InetSocketAddress A = scheduler(1);
  private static final InetSocketAddress B = scheduler(2);
  private static final InetSocketAddress C = scheduler(3);

  private final ManualTime time = new ManualTime();
  private final Suspects suspects = new Suspects(time);

  @Test
  void afterAWhileOneDownloadTriesTheSilentSchedulerAgain() {
    suspects.suspect(A);
    assertThat(suspects.putLast(List.of(A, B, C))).containsExactly(B, C, A);

    time.advance(Suspects.SUSPICION);

    assertThat(suspects.putLast(List.of(A, B, C))).containsExactly(A, B, C);
    assertThat(suspects.putLast(List.of(A, B, C))).containsExactly(B, C, A);
    suspects.trust(A);
    assertThat(suspects.putLast(List.of(A, B, C))).containsExactly(A, B, C);
  }

  private static InetSocketAddress scheduler(int last) {
    return new InetSocketAddress(InetAddress.ofLiteral("10.0.0." + last), 8002);
  }
}
