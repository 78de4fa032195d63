package dev.dragonfly.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class LinkRateTest {
  @Test
  void aRateIsReadAndWrittenAsTcDoes() {
    assertThat(LinkRate.parse("100mbit"))
        .isEqualTo(new LinkRate(100_000_000))
        .hasToString("100mbit");
    assertThat(LinkRate.parse("1Gbit")).hasToString("1000mbit");
    assertThat(LinkRate.parse("250kbit")).hasToString("250000bit");
  }

  @Test
  void whatIsNoRateIsRefusedWithAnExample() {
    for (String text : new String[] {"100", "100MB", "-1mbit", ""}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> LinkRate.parse(text))
          .withMessageContaining("100mbit");
    }
    assertThatIllegalArgumentException().isThrownBy(() -> LinkRate.parse("0mbit"));
  }
}
