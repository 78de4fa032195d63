package dev.dragonfly.common.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Which peers belong to which host. */
class HostIdTest {
  private static final UUID RANDOM = UUID.fromString("e2761a1d-5975-47dd-9e5c-f48fb0a86434");

  private final HostId ordinary = HostId.of("10.0.0.1", "web", false);
  private final HostId seed = HostId.of("10.0.0.1", "web", true);

  @Test
  void aHostOwnsThePeersThatAreNamedAfterIt() {
    assertThat(ordinary.owns(PeerId.of("10.0.0.1", "web", RANDOM, false))).isTrue();
    assertThat(seed.owns(PeerId.of("10.0.0.1", "web", RANDOM, true))).isTrue();
  }

  @Test
  void whatUpstreamClientsSendIsOwned() {
    assertThat(
            new HostId("10.231.0.11-h1-seed")
                .owns(new PeerId("10.231.0.11-h1-e2761a1d-5975-47dd-9e5c-f48fb0a86434-seed")))
        .isTrue();
    assertThat(
            new HostId("10.231.0.12-h2")
                .owns(new PeerId("10.231.0.12-h2-E2761A1D-5975-47DD-9E5C-F48FB0A86434")))
        .isTrue();
  }

  @Test
  void anOrdinaryHostWhoseNameEndsLikeASeedOwnsItsPeers() {
    HostId named = HostId.of("10.0.0.1", "pumpkin-seed", false);
    assertThat(named.owns(PeerId.of("10.0.0.1", "pumpkin-seed", RANDOM, false))).isTrue();
  }

  @Test
  void aSeedAndAnOrdinaryHostOfTheSameNameAreTwoHosts() {
    assertThat(ordinary.owns(PeerId.of("10.0.0.1", "web", RANDOM, true))).isFalse();
    assertThat(seed.owns(PeerId.of("10.0.0.1", "web", RANDOM, false))).isFalse();
  }

  @Test
  void aNameThatBeginsWithAnotherOwnsNothingOfIt() {
    PeerId longer = PeerId.of("10.0.0.1", "web-2", RANDOM, false);
    assertThat(ordinary.owns(longer)).isFalse();
    assertThat(HostId.of("10.0.0.1", "web-2", false).owns(longer)).isTrue();
    assertThat(HostId.of("10.0.0.1", "we", false).owns(longer)).isFalse();
  }

  @Test
  void whatIsNoUuidIsOwnedByNobody() {
    assertThat(ordinary.owns(new PeerId(ordinary.value()))).isFalse();
    assertThat(ordinary.owns(new PeerId(ordinary + "-1"))).isFalse();
    assertThat(ordinary.owns(new PeerId(ordinary + "-" + RANDOM + " "))).isFalse();
  }
}
