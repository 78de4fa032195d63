package dev.dragonfly.dfdaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.testing.ConfigReference;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RuntimeCommandTest {
  private static final String DROP_IN = "etc/containers/registries.conf.d/zz-dragonfly.conf";

  @TempDir Path root;
  private final List<List<String>> ran = new ArrayList<>();
  private String out = "";
  private String err = "";

  @BeforeEach
  void aNodeWithDockerAndPodman() throws IOException {
    write("etc/docker/daemon.json", "{\n  \"debug\": true\n}\n");
    write("usr/bin/podman", "");
  }

  @Test
  void theDocumentedFileIsWhatIsReadByDefault() {
    ConfigReference.check("/config/runtime.yaml", RuntimeConfig.class);
  }

  @Test
  void settingsComeFromAFileAndOptionsComeFirst() throws IOException {
    write(
        "settings.yaml",
        "runtimes: [podman]\nregistries: [quay.io]\nproxy: http://127.0.0.1:7001\n");

    run("configure", "--config", root.resolve("settings.yaml").toString(), "--registry", "ghcr.io");

    assertThat(read(DROP_IN)).contains("127.0.0.1:7001/ghcr.io").doesNotContain("quay.io");
    assertThat(read("etc/docker/daemon.json")).doesNotContain("7001");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--runtime rkt | no runtime 'rkt'",
        "--proxy 127.0.0.1:4001 | not an address of the proxy: '127.0.0.1:4001'",
        "--proxy https://127.0.0.1:4001 | not an address of the proxy",
        "--proxy http://127.0.0.1:4001/v2 | not an address of the proxy",
        "--proxy http://127.0.0.1 | not an address of the proxy",
        "--registry https://ghcr.io | not a registry: 'https://ghcr.io'",
        "--registry ../etc | not a registry: '../etc'",
        "--only-listed | only the listed registries, but none is listed",
        "--state relative | the state folder is a path on the node",
      })
  void badOptionsAreNamed(String option, String message) throws IOException {
    int exit = run(("configure " + option).split(" "));

    assertThat(exit).isEqualTo(2);
    assertThat(err).contains(message);
    assertThat(read("etc/docker/daemon.json")).doesNotContain("4001");
  }

  @Test
  void aRootThatIsNotThereIsNamed() {
    assertThat(run("configure", "--root", "/no/such/folder")).isEqualTo(2);
    assertThat(err).contains("there is no folder /no/such/folder");
  }

  @Test
  void anUnknownKeyOfTheFileIsNamed() throws IOException {
    write("settings.yaml", "registry: [quay.io]\n");

    assertThat(run("configure", "--config", root.resolve("settings.yaml").toString()))
        .isEqualTo(78);
    assertThat(err).contains("settings.yaml").contains("registry");
  }

  @Test
  void aRuntimeThatIsNamedHasToBeThere() {
    assertThat(run("configure", "--runtime", "crio")).isEqualTo(1);
    assertThat(err).contains("crio: refused: was not found on this node");
  }

  @Test
  void runtimesAreToldWhenThatIsWantedAndOnlyAfterAChange() {
    run("configure", "--runtime", "docker", "--restart");
    run("configure", "--runtime", "docker", "--restart");
    assertThat(ran).containsExactly(List.of("systemctl", "reload", "docker"));

    run("revert", "--restart");
    assertThat(ran).hasSize(2);
  }

  @Test
  void oneRuntimeIsTakenBackAndTheOthersStay() throws IOException {
    run("configure");

    run("revert", "--runtime", "docker");

    assertThat(read("etc/docker/daemon.json")).isEqualTo("{\n  \"debug\": true\n}\n");
    assertThat(root.resolve(DROP_IN)).exists();
    run("show");
    assertThat(out)
        .contains("podman: /etc/containers/registries.conf.d/zz-dragonfly.conf (as written");
    assertThat(out).contains("configure would change /etc/docker/daemon.json");
  }

  @Test
  void whatSomebodyChangedSinceStaysInARevert() throws IOException {
    run("configure");
    write("etc/docker/daemon.json", read("etc/docker/daemon.json").replace("true", "false"));
    write(DROP_IN, read(DROP_IN) + "[[registry]]\nlocation = \"mine.example\"\n");

    run("revert");

    assertThat(err).contains("was changed by somebody since; only our part is taken out");
    assertThat(read("etc/docker/daemon.json")).isEqualTo("{\n  \"debug\": false\n}\n");
    assertThat(read(DROP_IN)).isEqualTo("[[registry]]\nlocation = \"mine.example\"\n");
  }

  @Test
  void anotherProxyTakesThePlaceOfTheFormerOne() throws IOException {
    run("configure");
    run("configure", "--proxy", "http://127.0.0.1:5001");

    assertThat(read("etc/docker/daemon.json")).contains("5001").doesNotContain("4001");
    run("revert");
    assertThat(read("etc/docker/daemon.json")).isEqualTo("{\n  \"debug\": true\n}\n");
  }

  @Test
  void permissionsOfAReplacedFileStay() throws IOException {
    Path file = root.resolve("etc/docker/daemon.json");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

    run("configure");

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r-----");
    run("revert");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r-----");
  }

  @Test
  void linksAreFollowedInsideTheRoot() throws IOException {
    write("etc/containerd/config.toml", containerdAt("/etc/containerd/certs.d"));
    write("data/certs.d/keep", "");
    Files.createSymbolicLink(root.resolve("etc/containerd/certs.d"), Path.of("/data/certs.d"));

    run("configure", "--runtime", "containerd");

    assertThat(read("data/certs.d/_default/hosts.toml")).contains("http://127.0.0.1:4001");
  }

  @Test
  void helpHasExamples() {
    for (String command : List.of("configure", "revert", "show")) {
      assertThat(run(command, "--help")).isZero();
      assertThat(out).contains("Examples:").contains("dfdaemon runtime " + command);
    }
  }

  private static String containerdAt(String folder) {
    return "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\".registry]\nconfig_path = \""
        + folder
        + "\"\n";
  }

  private int run(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    if (!all.contains("--root")) {
      all.addAll(List.of("--root", root.toString()));
    }
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int exit =
        new RuntimeCommand(
                new PrintStream(printed, true, StandardCharsets.UTF_8),
                new PrintStream(said, true, StandardCharsets.UTF_8),
                (at, command) -> ran.add(command))
            .execute(all.toArray(String[]::new));
    out = printed.toString(StandardCharsets.UTF_8);
    err = said.toString(StandardCharsets.UTF_8);
    return exit;
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private String read(String file) throws IOException {
    return Files.readString(root.resolve(file));
  }
}
