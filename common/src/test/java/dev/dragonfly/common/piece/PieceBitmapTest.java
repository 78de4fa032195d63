package dev.dragonfly.common.piece;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import org.junit.jupiter.api.Test;

final class PieceBitmapTest {
  @Test
  void pieceNIsBitNModulo8OfByteNBy8() {
    PieceBitmap bitmap = PieceBitmap.EMPTY.with(0).with(9);

    assertThat(bitmap.toBytes()).containsExactly(0b1, 0b10);
    assertThat(PieceBitmap.parse(new byte[] {0b1, 0b10}))
        .isEqualTo(bitmap)
        .hasSameHashCodeAs(bitmap);
  }

  @Test
  void trailingZeroBytesDoNotMatter() {
    assertThat(PieceBitmap.parse(new byte[] {0b100, 0, 0}))
        .isEqualTo(PieceBitmap.EMPTY.with(2))
        .extracting(PieceBitmap::toBytes)
        .isEqualTo(new byte[] {0b100});
  }

  @Test
  void aFullSetHasEveryPieceBelowTheCount() {
    PieceBitmap full = PieceBitmap.full(9);

    assertThat(full.count()).isEqualTo(9);
    assertThat(full.has(8)).isTrue();
    assertThat(full.has(9)).isFalse();
    assertThat(full.toBytes()).containsExactly(0xFF, 1);
    assertThat(PieceBitmap.full(0)).isEqualTo(PieceBitmap.EMPTY);
  }

  @Test
  void aSetDoesNotChange() {
    BitSet bits = new BitSet();
    bits.set(3);
    PieceBitmap bitmap = PieceBitmap.of(bits);

    bits.set(4);
    bitmap.toBitSet().set(5);
    bitmap.with(6);

    assertThat(bitmap).isEqualTo(PieceBitmap.EMPTY.with(3)).hasToString("PieceBitmap{3}");
  }
}
