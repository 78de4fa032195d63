package dev.dragonfly.dfdaemon.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.dfdaemon.runtime.HostsToml.Outcome;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HostsTomlTest {
  private static final String PROXY = "http://127.0.0.1:4001";

  private final HostsToml hosts =
      new HostsToml(Path.of("/certs.d/corp/hosts.toml"), Optional.of("corp"), PROXY);

  @Test
  void theRegistryIsWhereTheFileSaysItsServerIs() {
    assertThat(text("server = \"http://10.0.0.9:5000/v2/\"\n"))
        .contains("X-Dragonfly-Registry = [\"http://10.0.0.9:5000\"]");
    assertThat(text("server = \"corp.example\"\n"))
        .contains("X-Dragonfly-Registry = [\"https://corp.example\"]");
    assertThat(text("")).contains("X-Dragonfly-Registry = [\"https://corp\"]");
  }

  @Test
  void aServerThatIsAPathOfAnotherRegistryIsNotTold() {
    assertThat(text("server = \"https://harbor.example/v2/proxy\"\noverride_path = true\n"))
        .contains("capabilities")
        .doesNotContain("X-Dragonfly-Registry");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "host = { \"https://mirror\" = { capabilities = [\"pull\"] } }\n",
        "host.\"https://mirror\".capabilities = [\"pull\"]\n[other]\n"
      })
  void hostsInAFormThatCannotBeAddedToAreLeftAlone(String former) {
    assertThat(hosts.into(former)).isInstanceOf(Outcome.Alone.class);
  }

  @Test
  void aProxyThatSomebodyPutThereIsLeftAlone() {
    String ours = "[host.\"" + PROXY + "\"]\n";
    String other = "[host.\"https://mirror\"]\n";

    assertThat(hosts.into(ours + other))
        .isEqualTo(new Outcome.Alone("names the proxy already; left as it is", true));
    assertThat(((Outcome.Alone) hosts.into(other + ours)).why()).contains("put it first by hand");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "# licence\n",
        "server = \"https://corp\"\n",
        "# about the first\n[host.\"https://mirror\"]\nca = [\n[\"a\"],\n]\n",
        "server = \"https://corp\"\r\n\r\n# why\r\n[host.\"https://mirror\"]\r\n"
      })
  void takenOutAgainTheFileIsAsItWas(String former) {
    assertThat(OwnBlock.strip(text(former))).isEqualTo(former);
  }

  private String text(String former) {
    return ((Outcome.Text) hosts.into(former)).text();
  }
}
