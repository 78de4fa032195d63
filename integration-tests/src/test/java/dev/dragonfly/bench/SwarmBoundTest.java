package dev.dragonfly.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.dragonfly.lab.LinkRate;
import java.util.Collections;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SwarmBoundTest {
  private static final LinkRate USUAL = LinkRate.parse("100mbit");
  private static final long LENGTH = 128L << 20;
  private static final Offset<Double> ROUNDED = within(0.01);

  @Test
  void equalLinksTakeAsLongAsOneCopyHoweverManyThereAre() {
    for (int receivers : new int[] {2, 11, 101}) {
      assertThat(SwarmBound.seconds(LENGTH, USUAL, Collections.nCopies(receivers, USUAL)))
          .isCloseTo(11.22, ROUNDED);
    }
  }

  @Test
  void anOriginWithAQuarterOfTheRateTakesFourTimesAsLong() {
    assertThat(SwarmBound.seconds(LENGTH, LinkRate.parse("25mbit"), Collections.nCopies(21, USUAL)))
        .isCloseTo(44.88, ROUNDED);
  }

  @Test
  void oneSlowPeerHoldsUpTheLast() {
    assertThat(SwarmBound.seconds(LENGTH, USUAL, List.of(USUAL, USUAL, LinkRate.parse("10mbit"))))
        .isCloseTo(112.2, within(0.1));
  }
}
