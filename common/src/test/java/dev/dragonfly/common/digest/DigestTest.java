package dev.dragonfly.common.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.digest.Digest.Algorithm;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DigestTest {
  @ParameterizedTest
  @CsvSource({"md5, 32", "sha1, 40", "sha256, 64", "sha512, 128", "blake3, 64", "crc32, 8"})
  void everyAlgorithmIsReadAndWrittenTheSameWay(String algorithm, int length) {
    String text = algorithm + ":" + "a1".repeat(length / 2);

    assertThat(Digest.parse(text)).hasToString(text);
  }

  @Test
  void caseDoesNotMatter() {
    assertThat(Digest.parse("SHA256:" + "AB".repeat(32)))
        .isEqualTo(new Digest(Algorithm.SHA256, "ab".repeat(32)));
  }

  @Test
  void crc32IsWrittenAsADecimalNumber() {
    CRC32 crc = new CRC32();
    crc.update("123456789".getBytes(StandardCharsets.US_ASCII));

    assertThat(Digest.ofCrc32(crc.getValue())).hasToString("crc32:3421780262");
  }

  @Test
  void theLargestCrc32IsADigest() {
    assertThat(Digest.ofCrc32(0xFFFFFFFFL)).hasToString("crc32:4294967295");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sha256",
        "sha256:",
        "sha256:12",
        "sha7:12",
        ":12",
        "md5:xyz",
        "crc32:",
        " md5:"
      })
  void whatIsNoDigestIsRefusedByName(String text) {
    assertThatThrownBy(() -> Digest.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("digest");
  }

  @Test
  void theMessageSaysWhatIsExpected() {
    assertThatThrownBy(() -> Digest.parse("md5:12"))
        .hasMessage("not a md5 digest: 12 (expected [0-9a-f]{32})");
    assertThatThrownBy(() -> Digest.parse("crc64:1"))
        .hasMessage("unknown digest algorithm 'crc64' in 'crc64:1'");
  }

  @Test
  void whatThePlatformCanComputeIsComputed() {
    byte[] sha = Digest.Algorithm.SHA256.hasher().digest(new byte[0]);

    assertThat(HexFormat.of().formatHex(sha))
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assertThat(Digest.Algorithm.MD5.hasher().getDigestLength()).isEqualTo(16);
    assertThat(Digest.Algorithm.SHA1.hasher().getDigestLength()).isEqualTo(20);
    assertThat(Digest.Algorithm.SHA512.hasher().getDigestLength()).isEqualTo(64);
  }

  @Test
  void whatItCannotComputeIsRefusedWithWhatToGiveInstead() {
    assertThatThrownBy(Digest.Algorithm.BLAKE3::hasher)
        .hasMessageContaining("blake3 digests cannot be checked here; give sha256");
    assertThatThrownBy(Digest.Algorithm.CRC32::hasher).hasMessageContaining("crc32");
  }
}
