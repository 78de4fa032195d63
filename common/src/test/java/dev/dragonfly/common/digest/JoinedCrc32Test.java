package dev.dragonfly.common.digest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class JoinedCrc32Test {
  @RepeatedTest(20)
  void partsTogetherAreTheWhole(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    byte[] whole = new byte[random.nextInt(200_000)];
    random.nextBytes(whole);
    int part = 1 + random.nextInt(70_000);
    JoinedCrc32 joined = new JoinedCrc32();
    for (int at = 0; at < whole.length; at += part) {
      int length = Math.min(part, whole.length - at);
      joined.add((int) crc(whole, at, length), length);
    }
    assertThat(joined.digest()).isEqualTo(Digest.ofCrc32(crc(whole, 0, whole.length)));
  }

  @Test
  void emptyPartsChangeNothing() {
    byte[] bytes = {1, 2, 3};
    JoinedCrc32 joined = new JoinedCrc32();
    joined.add(0, 0);
    joined.add((int) crc(bytes, 0, 3), 3);
    joined.add(0, 0);
    assertThat(joined.digest()).isEqualTo(Digest.ofCrc32(crc(bytes, 0, 3)));
    assertThat(new JoinedCrc32().digest()).isEqualTo(Digest.ofCrc32(0));
  }

  private static long crc(byte[] bytes, int offset, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, offset, length);
    return crc.getValue();
  }
}
