package dev.dragonfly.manager.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.error.DragonflyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageNameTest {
  private static final String DIGEST =
      "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

  @ParameterizedTest
  @CsvSource({
    "nginx, https://registry-1.docker.io/v2/library/nginx/manifests/latest",
    "nginx:1.27, https://registry-1.docker.io/v2/library/nginx/manifests/1.27",
    "team/app, https://registry-1.docker.io/v2/team/app/manifests/latest",
    "ghcr.io/org/app:v1, https://ghcr.io/v2/org/app/manifests/v1",
    "localhost:5000/app:v1, http://localhost:5000/v2/app/manifests/v1",
    "registry.corp:5000/a/b/c, https://registry.corp:5000/v2/a/b/c/manifests/latest",
    "http://r.corp/v2/app/manifests/v1, http://r.corp/v2/app/manifests/v1"
  })
  void isTheUrlOfItsManifest(String name, String url) {
    assertThat(ImageName.isImage(name)).isTrue();
    assertThat(ImageName.manifestUrl(name)).isEqualTo(url);
  }

  @Test
  void aDigestWinsOverATag() {
    assertThat(ImageName.manifestUrl("ghcr.io/org/app:v1@" + DIGEST))
        .isEqualTo("https://ghcr.io/v2/org/app/manifests/" + DIGEST);
  }

  @Test
  void aUrlThatIsNoManifestIsAFile() {
    assertThat(ImageName.isImage("https://files.example/v2/a/model.bin")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ghcr.io/Org/App:v1", "ghcr.io/org/app:", "ghcr.io/org/app@sha256:12", ""})
  void whatIsNoNameIsRefused(String name) {
    assertThatThrownBy(() -> ImageName.manifestUrl(name))
        .isInstanceOf(DragonflyException.class)
        .hasMessageContaining("not an image: '" + name + "'");
  }
}
