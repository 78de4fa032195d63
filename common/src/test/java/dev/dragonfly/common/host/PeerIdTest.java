package dev.dragonfly.common.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PeerIdTest {
  private static final UUID UNIQUE = UUID.fromString("11111111-2222-3333-4444-555555555555");

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPeerNamesItsHost(boolean seed) {
    assertThat(PeerId.of("10.0.0.1", "node-1", UNIQUE, seed).host())
        .contains(HostId.of("10.0.0.1", "node-1", seed));
  }

  @Test
  void anIdOfAnotherFormNamesNobody() {
    assertThat(new PeerId("somebody").host()).isEmpty();
  }
}
