package dev.dragonfly.common.oci;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.digest.Digest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ManifestTest {
  private static final Digest ONE = Digest.parse("sha256:" + "1".repeat(64));
  private static final Digest TWO = Digest.parse("sha256:" + "2".repeat(64));
  private static final Digest THREE = Digest.parse("sha256:" + "3".repeat(64));

  private static Optional<Manifest> read(String text) {
    return Manifest.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void aManifestNamesItsConfigAndItsLayers() {
    Manifest manifest =
        read("""
        {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
         "config": {"mediaType": "x", "digest": "%s", "size": 2},
         "layers": [{"digest": "%s", "annotations": {"digest": "sha256:no"}}, 5, null],
         "subject": {"digest": "%s"}, "annotations": {"mediaType": "wrong"}}
        """
                .formatted(ONE, TWO, THREE))
            .orElseThrow();
    assertThat(manifest.mediaType()).contains("application/vnd.oci.image.manifest.v1+json");
    assertThat(manifest.index()).isFalse();
    assertThat(manifest.digests()).containsExactlyInAnyOrder(ONE, TWO);
  }

  @Test
  void anIndexNamesManifestsAndAnOldManifestItsSums() {
    Manifest index = read("{\"manifests\":[{\"digest\":\"" + ONE + "\"}]}").orElseThrow();
    assertThat(index.index()).isTrue();
    assertThat(index.mediaType()).isEmpty();
    assertThat(index.digests()).containsExactly(ONE);
    Manifest old = read("{\"fsLayers\":[{\"blobSum\":\"" + TWO + "\"}]}").orElseThrow();
    assertThat(old.digests()).containsExactly(TWO);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "\"x\"", "{", "{\"layers\": [}", "nonsense", "{\"a\":1}}}}"})
  void whatIsNoManifestGrantsNothing(String text) {
    assertThat(read(text).map(Manifest::digests).filter(digests -> !digests.isEmpty())).isEmpty();
  }

  @Test
  void whatIsNestedTooDeeplyIsNoManifest() {
    assertThat(read("{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}")).isEmpty();
  }

  @Test
  void everyByteIsReadOnceWhateverARegistrySends() {
    String type = "\"mediaType\":\"application/vnd.oci.image.index.v1+json\",";
    for (String unit : new String[] {type, "\"a\":{" + type + "\"b\":0},", "\"layers\":[],"}) {
      String text = "{" + unit.repeat(Manifest.MAX_LENGTH / unit.length() - 1) + "\"z\":0}";
      CountingStream in = new CountingStream(text);
      assertThat(Manifest.read(in)).isPresent();
      assertThat(in.bytes).isEqualTo(text.length());
    }
  }

  @Test
  void noMoreIsReadThanAManifestMayBeLong() {
    CountingStream in = new CountingStream("{\"a\":\"" + "x".repeat(3 * Manifest.MAX_LENGTH));
    assertThat(Manifest.read(in)).isEmpty();
    assertThat(in.bytes).isLessThan(Manifest.MAX_LENGTH + (64 << 10));
  }

  @Test
  void aManifestOfAMillionLayersNamesAThousand() {
    StringBuilder text = new StringBuilder("{\"layers\":[");
    for (int i = 0; i < 40_000; i++) {
      text.append("{\"digest\":\"sha256:%064x\"},".formatted(i));
    }
    assertThat(read(text.append("0]}").toString()).orElseThrow().digests()).hasSize(1024);
  }

  /** Counts what is read of it. */
  private static final class CountingStream extends InputStream {
    private final InputStream in;
    private int bytes;

    CountingStream(String text) {
      this.in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException("byte by byte");
    }

    @Override
    public int read(byte[] target, int offset, int length) throws java.io.IOException {
      int read = in.read(target, offset, length);
      bytes += Math.max(0, read);
      return read;
    }
  }
}
