package dev.dragonfly.common.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RegistryChoiceTest {
  private final RegistryChoice choice = new RegistryChoice(Registry.DOCKER_HUB);

  private RegistryChoice.Chosen choose(
      @Nullable String header, @Nullable String namespace, String path) {
    return choice.choose(
        Optional.ofNullable(header),
        Optional.ofNullable(namespace),
        DistributionPath.parse(path).orElseThrow());
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "http://h:5000, ghcr.io, /v2/quay.io/a/b/manifests/l, http://h:5000, /v2/quay.io/a/b/manifests/l, HEADER",
        "-, ghcr.io, /v2/quay.io/a/b/manifests/l, https://ghcr.io, /v2/quay.io/a/b/manifests/l, NAMESPACE",
        "-, -, /v2/quay.io/a/b/manifests/l, https://quay.io, /v2/a/b/manifests/l, PATH",
        "-, -, /v2/localhost:5000/a/manifests/l, http://localhost:5000, /v2/a/manifests/l, PATH",
        "-, -, /v2/localhost/a/manifests/l, http://localhost, /v2/a/manifests/l, PATH",
        "-, -, /v2/org/app/manifests/l, https://registry-1.docker.io, /v2/org/app/manifests/l, DEFAULT",
        "-, -, /v2/busybox/manifests/l, https://registry-1.docker.io, /v2/library/busybox/manifests/l, DEFAULT",
        "-, docker.io, /v2/library/busybox/manifests/l, https://registry-1.docker.io, /v2/library/busybox/manifests/l, NAMESPACE",
        "-, -, /v2/docker.io/busybox/manifests/l, https://registry-1.docker.io, /v2/library/busybox/manifests/l, PATH",
        "https://index.docker.io, -, /v2/a/b/manifests/l, https://registry-1.docker.io, /v2/a/b/manifests/l, HEADER",
        "-, -, /v2/, https://registry-1.docker.io, /v2/, DEFAULT",
      })
  void headerThenNamespaceThenPathThenDefault(
      @Nullable String header,
      @Nullable String ns,
      String path,
      String registry,
      String at,
      RegistryChoice.By by) {
    RegistryChoice.Chosen chosen = choose(header, ns, path);
    assertThat(chosen.registry().toString()).isEqualTo(registry);
    assertThat(chosen.path().path()).isEqualTo(at);
    assertThat(chosen.by()).isEqualTo(by);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://ghcr.io",
        "https://user:pass@ghcr.io",
        "https://ghcr.io/path",
        "https://ghcr.io?x",
        "gh cr.io",
        "ghcr.io\r\nX: y",
        "ghcr..io",
        "-ghcr.io",
        "ghcr.io:0",
        "ghcr.io:70000",
        ""
      })
  void whatNamesNoRegistryIsRefused(String text) {
    assertThatThrownBy(() -> choose(text, null, "/v2/a/manifests/l"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theUsualPortIsLeftOut() {
    assertThat(Registry.parse("https://GHCR.io:443/")).isEqualTo(Registry.parse("ghcr.io"));
    assertThat(Registry.parse("http://h:80").toString()).isEqualTo("http://h");
    assertThat(Registry.parse("h:5000").toString()).isEqualTo("https://h:5000");
    assertThat(Registry.parse("[::1]:5000").toString()).isEqualTo("http://[::1]:5000");
  }

  @Test
  void aHostInTheNameIsNoRepositoryOfAnotherRegistry() {
    assertThatThrownBy(() -> choose("https://ghcr.io", null, "/v2/h:5000/a/manifests/l"))
        .hasMessageContaining("not the name of a repository");
  }
}
