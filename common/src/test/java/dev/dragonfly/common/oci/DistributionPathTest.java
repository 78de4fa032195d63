package dev.dragonfly.common.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.digest.Digest;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DistributionPathTest {
  private static final String HEX = "0123456789abcdef".repeat(4);
  private static final Digest DIGEST = Digest.parse("sha256:" + HEX);

  private static DistributionPath parsed(String path) {
    return DistributionPath.parse(path).orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v2/", "/v2"})
  void thePingIsRecognised(String path) {
    assertThat(parsed(path)).isEqualTo(new DistributionPath.Ping());
  }

  @Test
  void aBlobHasARepositoryAndADigest() {
    assertThat(parsed("/v2/library/busybox/blobs/sha256:" + HEX))
        .isEqualTo(new DistributionPath.Blob("library/busybox", DIGEST));
  }

  @Test
  void anEncodedColonIsAColon() {
    assertThat(parsed("/v2/a/blobs/sha256%3A" + HEX))
        .isEqualTo(new DistributionPath.Blob("a", DIGEST));
  }

  @Test
  void aManifestIsNamedByTagOrByDigest() {
    assertThat(parsed("/v2/org/app/manifests/v1.2_3-x"))
        .isEqualTo(new DistributionPath.Manifest("org/app", "v1.2_3-x"));
    DistributionPath byDigest = parsed("/v2/org/app/manifests/sha256:" + HEX);
    assertThat(byDigest)
        .isInstanceOfSatisfying(
            DistributionPath.Manifest.class,
            manifest -> assertThat(manifest.digest()).isEqualTo(Optional.of(DIGEST)));
  }

  @Test
  void tagsAndReferrersAreRecognised() {
    assertThat(parsed("/v2/a/b/c/tags/list")).isEqualTo(new DistributionPath.Tags("a/b/c"));
    assertThat(parsed("/v2/a/referrers/sha256:" + HEX))
        .isEqualTo(new DistributionPath.Referrers("a", DIGEST));
  }

  @Test
  void aPathIsWrittenAsItWasRead() {
    String[] paths = {
      "/v2/",
      "/v2/a/b/tags/list",
      "/v2/a/manifests/latest",
      "/v2/a/manifests/sha256:" + HEX,
      "/v2/ghcr.io/a/blobs/sha256:" + HEX,
      "/v2/localhost:5000/a/referrers/sha256:" + HEX
    };
    for (String path : paths) {
      assertThat(parsed(path).path()).isEqualTo(path);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/v1/a/manifests/latest",
        "/v2/_catalog",
        "/v2/a/blobs/uploads/",
        "/v2/a/blobs/uploads",
        "/v2/a/tags/other",
        "/v2/manifests/latest",
        "/v2/a/manifests/",
        "/v2/a/manifests/b/c"
      })
  void whatIsNoneOfThemIsNothing(String path) {
    assertThat(DistributionPath.parse(path)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v2/../a/manifests/latest",
        "/v2/a/../b/manifests/latest",
        "/v2/a//b/manifests/latest",
        "/v2/./a/manifests/latest",
        "/v2/a/%2e%2e/b/manifests/latest",
        "/v2/a%2fb/manifests/latest",
        "/v2/a\r\nX: y/manifests/latest",
        "/v2/a\tb/manifests/latest",
        "/v2/\u0000a/manifests/latest",
        "/v2/a/manifests/la test",
        "/v2/a/manifests/..",
        "/v2/a/manifests/.hidden",
        "/v2/A/b/C/manifests/latest",
        "/v2/a?x/manifests/latest"
      })
  void pathTricksAndControlCharactersAreRefused(String path) {
    try {
      assertThat(DistributionPath.parse(path)).isEmpty();
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank().doesNotContain("\n", "\r", "\u0000");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "sha256:0123",
    "sha256:ZZZZ",
    "md5:d41d8cd98f00b204e9800998ecf8427e",
    "latest",
    "sha256:"
  })
  void aBlobNeedsADigestOfContent(String digest) {
    assertThatThrownBy(() -> DistributionPath.parse("/v2/a/blobs/" + digest))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aNameMayNotBeEndless() {
    assertThatThrownBy(
            () -> DistributionPath.parse("/v2/" + "a/".repeat(200) + "b/manifests/latest"))
        .hasMessageContaining("not the name of a repository");
  }

  @Test
  void anEvilNameTakesNoLongTime() {
    String evil = "/v2/" + "a-".repeat(120) + "!/manifests/latest";
    assertThatThrownBy(() -> DistributionPath.parse(evil))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
