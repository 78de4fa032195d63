package dev.dragonfly.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigLoaderTest {
  private static final String DEFAULTS = "/config/test.yaml";

  /** The root of a configuration as services have it. */
  record Root(Server server, Optional<Secret> password, List<Rule> rules) {}

  /** A part that checks itself. */
  record Server(int port, Duration timeout, DataSize buffer) {
    Server {
      if (port < 0 || port > 65535) {
        throw new IllegalArgumentException("must be 0 to 65535, got " + port);
      }
    }
  }

  /** An element of a list. */
  record Rule(String regex, boolean direct) {}

  @Test
  void everyKeyIsRead() {
    Root root =
        parse(
            """
            server:
              port: 0
              timeout: 250ms
              buffer: 20MiB
            password: hunter2
            rules:
              - regex: blobs/.*
                direct: true
            """);

    assertThat(root.server())
        .isEqualTo(new Server(0, Duration.ofMillis(250), new DataSize(20 << 20)));
    assertThat(root.password().orElseThrow().reveal()).isEqualTo("hunter2");
    assertThat(root.rules()).containsExactly(new Rule("blobs/.*", true));
  }

  @ParameterizedTest
  @CsvSource({"''", "'   '", "'# nothing'", "'{}'", "'server:'", "'server: {}'"})
  void whatIsNotWrittenHasItsDefault(String text) {
    assertThat(parse(text))
        .isEqualTo(
            new Root(
                new Server(8002, Duration.ofSeconds(30), new DataSize(4 << 20)),
                Optional.empty(),
                List.of(new Rule("all", false))));
  }

  @Test
  void aSectionIsLaidOverTheDefaultsAndAListReplacesThem() {
    Root root = parse("server: {port: 0}\nrules: []");

    assertThat(root.server())
        .isEqualTo(new Server(0, Duration.ofSeconds(30), new DataSize(4 << 20)));
    assertThat(root.rules()).isEmpty();
  }

  @Test
  void aPasswordOfDigitsIsTakenAsItIsWritten() {
    assertThat(parse("password: 0012").password().orElseThrow().reveal()).isEqualTo("0012");
    assertThat(parse("password: 1e3").password().orElseThrow().reveal()).isEqualTo("1e3");
  }

  @Test
  void anUnknownKeyIsNamedWithItsPathAndThoseThatAreKnown() {
    assertThatThrownBy(() -> parse("server:\n  prot: 80\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessage("test.yaml: unknown key server.prot (known here: buffer, port, timeout)");
  }

  @Test
  void anUnknownKeyInAListIsNamedWithItsPlace() {
    assertThatThrownBy(() -> parse("rules:\n - regex: a\n - regex: b\n   redirectAll: true\n"))
        .hasMessageContaining("rules[1].redirectAll")
        .hasMessageContaining("known here: direct, regex");
  }

  @ParameterizedTest
  @CsvSource({
    "'server: {timeout: 30}', server.timeout, not a duration: '30'",
    "'server: {timeout: 30 seconds}', server.timeout, not a duration: '30 seconds'",
    "'server: {timeout: [1s]}', server.timeout, not a duration",
    "'server: {buffer: 20 MegaBytes}', server.buffer, not a size: '20 MegaBytes'",
    "'server: {buffer: -1}', server.buffer, not a size: '-1'",
    "'server: {buffer: {a: 1}}', server.buffer, ''",
    "'server: {port: many}', server.port, many",
    "'server: {port: 70000}', server, 'must be 0 to 65535, got 70000'",
    "'server: 8002', server, ''",
    "'rules: all', rules, ''",
    "'rules: [{regex: a, direct: perhaps}]', rules[0].direct, perhaps",
  })
  void aValueThatDoesNotFitIsNamedWithFilePathAndReason(String text, String path, String reason) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("test.yaml: " + path + ": ")
        .hasMessageContaining(reason);
  }

  @Test
  void whatIsNoYamlIsRefusedWithTheFile() {
    assertThatThrownBy(() -> parse("server: [1, 2\nport: }"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("test.yaml: ");
  }

  @ParameterizedTest
  @CsvSource({
    "'password: hunter2\nserver: {port: x}'",
    "'password: hunter2: again'",
    "'password: \"hunter2'",
    "'password: [hunter2]'",
    "'password: {value: hunter2}'",
    "'password: {file: /nowhere, value: hunter2}'",
    "'passwort: hunter2'",
    "'server: {password: hunter2}'",
    "'{password: hunter2'",
  })
  void aSecretNeverAppearsInAMessage(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(ConfigException.class)
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void aSecretIsHiddenWhenTheConfigurationIsShown() {
    assertThat(parse("password: hunter2"))
        .asString()
        .doesNotContain("hunter2")
        .contains("(secret)");
  }

  @Test
  void aSecretMayLieInAFile(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("password"), "hunter2\n");

    assertThat(parse("password: {file: " + file + "}").password().orElseThrow().reveal())
        .isEqualTo("hunter2");
  }

  @Test
  void aSecretFileOrVariableThatIsMissingIsNamed() {
    assertThatThrownBy(() -> parse("password: {file: /nowhere/password}"))
        .hasMessageStartingWith(
            "test.yaml: password: cannot read the secret from the file /nowhere");
    assertThatThrownBy(() -> parse("password: {env: NO_SUCH_VARIABLE_HERE}"))
        .hasMessage("test.yaml: password: the environment has no variable NO_SUCH_VARIABLE_HERE");
  }

  @Test
  void aSecretMayComeFromTheEnvironment() {
    assertThat(parse("password: {env: PATH}").password().orElseThrow().reveal())
        .isEqualTo(System.getenv("PATH"));
  }

  @Test
  void aFileIsReadAndNamedInErrors(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("service.yaml"), "server: {port: 1}");

    assertThat(ConfigLoader.load(file, DEFAULTS, Root.class).server().port()).isEqualTo(1);

    Files.writeString(file, "server: {port: -1}");
    assertThatThrownBy(() -> ConfigLoader.load(file, DEFAULTS, Root.class))
        .hasMessage(file + ": server: must be 0 to 65535, got -1");
  }

  @Test
  void aFileThatIsNotThereIsNamed(@TempDir Path folder) {
    assertThatThrownBy(() -> ConfigLoader.load(folder.resolve("none.yaml"), DEFAULTS, Root.class))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("none.yaml")
        .hasMessageContaining("--config");
    assertThatThrownBy(() -> ConfigLoader.load(folder, DEFAULTS, Root.class))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(folder.toString());
  }

  private static Root parse(String text) {
    return ConfigLoader.parse(text, "test.yaml", DEFAULTS, Root.class);
  }
}
