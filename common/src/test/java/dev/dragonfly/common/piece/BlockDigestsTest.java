package dev.dragonfly.common.piece;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.task.SourceOrigin;
import dev.dragonfly.common.task.SourceVersion;
import dev.dragonfly.common.task.TaskId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class BlockDigestsTest {
  private final BlockDigests digests = new BlockDigests();
  private final byte[] hello = BlockDigests.of(bytes("hello"));
  private final byte[] world = BlockDigests.of(bytes("world"));

  @Test
  void aDigestIsTheFirstHalfOfSha256() {
    assertThat(HexFormat.of().formatHex(hello)).isEqualTo("2cf24dba5fb0a30e26e83b2ac5b9e29e");
  }

  @Test
  void aBlockMatchesItsDigestAndNoOtherBytes() {
    digests.agree(3, hello);

    assertThat(digests.matches(3, bytes("hello"))).isTrue();
    assertThat(digests.matches(3, bytes("hellp"))).isFalse();
    assertThat(digests.matches(2, bytes("hello"))).as("not known").isFalse();
    assertThat(digests.matches(1_000_000, bytes("hello"))).as("beyond the table").isFalse();
  }

  @Test
  void matchingLeavesTheBufferAsItWas() {
    digests.agree(0, hello);
    ByteBuffer data = bytes("hello");

    digests.matches(0, data);

    assertThat(data.remaining()).isEqualTo(5);
  }

  @Test
  void whatIsKnownStays() {
    digests.agree(0, hello);

    assertThat(digests.agree(0, world)).isFalse();
    assertThat(digests.matches(0, bytes("hello"))).isTrue();
    assertThat(digests.agree(0, hello)).isTrue();
    assertThat(digests.agree(1, world)).isTrue();
  }

  @Test
  void aRunBringsAllItsBlocksFarOutToo() {
    byte[] both = ByteBuffer.allocate(32).put(hello).put(world).array();
    digests.add(
        RunSigner.create()
            .sign(
                new TaskId("0".repeat(64)),
                SourceVersion.NONE,
                SourceOrigin.NONE,
                5,
                5_000,
                both,
                OptionalLong.of(25_010)));

    assertThat(digests.matches(5_000, bytes("hello"))).isTrue();
    assertThat(digests.matches(5_001, bytes("world"))).isTrue();
    assertThat(digests.covers(5_000, 2)).isTrue();
    assertThat(digests.covers(5_000, 3)).isFalse();
    assertThat(digests.covers(4_999, 2)).isFalse();
    assertThat(digests.covers(0, 0)).isTrue();
  }

  @Test
  void aRunAtTheFarEndTakesNoMoreMemoryThanOneAtTheBeginning() {
    for (int i = 0; i < 100; i++) {
      digests.agree(Long.MAX_VALUE - i * 1_000_000_007L, hello);
    }

    assertThat(digests.matches(Long.MAX_VALUE, bytes("hello"))).isTrue();
    assertThat(digests.matches(Long.MAX_VALUE - 1, bytes("hello"))).isFalse();
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }
}
