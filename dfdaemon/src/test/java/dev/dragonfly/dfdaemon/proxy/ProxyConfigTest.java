package dev.dragonfly.dfdaemon.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.config.ConfigException;
import dev.dragonfly.common.oci.Registry;
import dev.dragonfly.dfdaemon.app.DaemonDefaults;
import dev.dragonfly.dfdaemon.proxy.registry.KnownRegistries;
import dev.dragonfly.dfdaemon.proxy.registry.RegistryConfig;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProxyConfigTest {
  private static ProxyConfig parse(String yaml) {
    return DaemonDefaults.parse("proxy:\n" + yaml.indent(2)).proxy();
  }

  @Test
  void theDefaultsServeThisHostOnlyAndMirrorDockerHub() {
    ProxyConfig config = parse("");
    assertThat(config.ip()).isEqualTo("127.0.0.1");
    assertThat(config.port()).isEqualTo(4001);
    assertThat(config.enabled()).isEmpty();
    assertThat(new KnownRegistries(config.registries(), config.defaultRegistry()).byDefault())
        .isEqualTo(Registry.DOCKER_HUB);
    assertThat(config.rules()).isEmpty();
  }

  @Test
  void registriesAndRulesAreRead() {
    ProxyConfig config =
        parse(
            """
            defaultRegistry: ghcr.io
            registries:
              - {host: registry.corp, url: "http://10.0.0.9:5000", username: robot, password: secret}
            rules:
              - {regex: "\\\\.rpm$", useTls: true, filteredQueryParams: [token]}
            """);
    assertThat(new KnownRegistries(config.registries(), config.defaultRegistry()).byDefault())
        .hasToString("https://ghcr.io");
    assertThat(
            new KnownRegistries(config.registries(), config.defaultRegistry())
                .real(Registry.parse("registry.corp")))
        .hasToString("http://10.0.0.9:5000");
    RegistryConfig registry = config.registries().getFirst();
    assertThat(registry.username()).isEqualTo(Optional.of("robot"));
    assertThat(registry.password().orElseThrow().reveal()).isEqualTo("secret");
    assertThat(registry.toString()).doesNotContain("secret\"").contains("(secret)");
    ProxyRule rule = config.rules().getFirst();
    assertThat(rule.useTls()).isTrue();
    assertThat(rule.filteredQueryParams()).containsExactly("token");
  }

  @ParameterizedTest
  @CsvSource({
    "'port: 70000', port must be",
    "'defaultRegistry: \"ftp://x\"', not a registry",
    "'rules: [{useTls: true}]', needs a regex",
    "'rules: [{regex: \"(\"}]', not a regular expression",
    "'registries: [{url: \"http://x\"}]', needs a host",
    "'registries: [{host: x, username: y}]', go together",
    "'limits: {requests: -1}', must be positive",
    "'limits: {queueWait: 0s}', must be positive",
    "'limits: {headerSize: 1B}', headerSize must be",
    "'prot: 1', unknown key proxy.prot"
  })
  void whatCannotBeIsToldWithItsKey(String yaml, String message) {
    assertThatThrownBy(() -> parse(yaml))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }
}
