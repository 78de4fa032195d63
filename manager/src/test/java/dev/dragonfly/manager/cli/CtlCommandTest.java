package dev.dragonfly.manager.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.manager.app.RunningManager;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The command against a manager that serves. */
@ExtendWith(RunningManager.Extension.class)
class CtlCommandTest {
  private final RunningManager manager;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir private Path folder;

  CtlCommandTest(RunningManager manager) {
    this.manager = manager;
  }

  @Test
  void clustersAreATable() {
    assertThat(root("cluster", "list")).isZero();

    assertThat(said()).startsWith("ID  NAME").contains("cluster-1");
  }

  @Test
  void clustersAreJsonForScripts() {
    assertThat(root("cluster", "list", "--json")).isZero();

    assertThat(ManagerRest.JSON.readTree(said()).path(0).path("id").asLong()).isOne();
  }

  @Test
  void aTokenIsShownOnceOpensWhatItIsForAndIsRevoked() throws IOException {
    assertThat(root("token", "create", "ctl-test", "--scope", "cluster")).isZero();
    Path token = Files.writeString(folder.resolve("token"), said());
    root("token", "list", "--json");
    long id = 0;
    for (var row : ManagerRest.JSON.readTree(said())) {
      assertThat(row.path("token").asString("")).isEmpty();
      id = row.path("name").asString("").equals("ctl-test") ? row.path("id").asLong() : id;
    }

    assertThat(run("cluster", "show", "1", "--token-file", token.toString())).isZero();
    assertThat(run("token", "list", "--token-file", token.toString())).isEqualTo(6);
    assertThat(complained()).contains("--password-file");
    assertThat(root("token", "revoke", String.valueOf(id))).isZero();
    assertThat(run("cluster", "show", "1", "--token-file", token.toString())).isEqualTo(6);
  }

  @Test
  void aWrongPasswordIsSaid() throws IOException {
    Path wrong = Files.writeString(folder.resolve("wrong"), "not-this");

    assertThat(run("cluster", "list", "--password-file", wrong.toString())).isEqualTo(6);

    assertThat(complained()).contains("does not let 'root' in").doesNotContain("not-this");
  }

  @Test
  void withoutAProofItIsSaidHowToGiveOne() {
    assertThat(run("cluster", "list")).isEqualTo(6);

    assertThat(complained()).contains("--token-file").contains("DRAGONFLY_TOKEN");
  }

  @Test
  void aManagerThatIsNotThereIsSaid() throws IOException {
    Path password = Files.writeString(folder.resolve("any"), "any");

    int exit =
        call(
            "cluster",
            "list",
            "--manager",
            "http://127.0.0.1:1",
            "--password-file",
            password.toString());

    assertThat(exit).isEqualTo(8);
    assertThat(complained()).contains("http://127.0.0.1:1").contains("--manager");
  }

  @Test
  void whatIsNotThereIsFour() {
    assertThat(root("cluster", "show", "999999")).isEqualTo(4);

    assertThat(complained()).contains("record not found");
  }

  @Test
  void aCommandThatIsNoneIsTwo() {
    assertThat(root("clusters")).isEqualTo(2);
  }

  @Test
  void helpHasExamples() {
    assertThat(call("preheat", "--help")).isZero();

    assertThat(said()).contains("Examples:").contains("--scope all_peers");
  }

  private int root(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--password-file", manager.passwordFile().toString()));
    return run(all.toArray(String[]::new));
  }

  private int run(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--manager", manager.restUrl()));
    return call(all.toArray(String[]::new));
  }

  private int call(String... args) {
    out.reset();
    err.reset();
    return CtlCommand.run(
        args,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private String said() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String complained() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
