package dev.dragonfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.cluster.Nginx;
import dev.dragonfly.cluster.SwarmCheck;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The start script, as people and scripts use it. */
class UpIT {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int LENGTH = 10 << 20;

  @TempDir private Path folder;

  @Test
  @NeedsProgram("nginx")
  void everyByteLeavesAForeignOriginOnceAndNothingStaysBehind() throws Exception {
    try (Nginx origin = new Nginx(folder.resolve("nginx"))) {
      byte[] content = new byte[LENGTH];
      new SecureRandom().nextBytes(content);
      Files.write(origin.www().resolve("file"), content);
      Script check = script("up", "--check", "--peers", "3", "--url", origin.url("/file"));

      assertThat(check.process.waitFor(120, TimeUnit.SECONDS)).isTrue();
      assertThat(check.process.exitValue()).as(check.errors()).isZero();
      JsonNode result = JSON.readTree(check.lines().getLast());
      assertThat(result.get("delivered_bytes").asLong()).isEqualTo(3L * LENGTH);
      assertThat(result.get("sha256").asString())
          .isEqualTo(SwarmCheck.sha256(origin.www().resolve("file")));
      assertThat(origin.sent("/file")).isEqualTo(LENGTH);
      assertThat(result.get("origin_bytes").asLong()).isEqualTo(LENGTH);
      check.assertNothingLeft();
    }
  }

  @Test
  void jsonTellsTheWayDfgetFetchesAndATermEndsEverything() throws Exception {
    Script up = script("up", "--json", "--peers", "1");
    JsonNode cluster = JSON.readTree(up.firstLine());
    List<Long> pids = pids(cluster);
    assertThat(pids).hasSize(4).allMatch(pid -> ProcessHandle.of(pid).isPresent());
    assertThat(cluster.get("peers").get(0).get("proxy").asString()).contains(":");

    assertThat(Path.of(cluster.get("join_token_file").asString()))
        .content()
        .matches("[A-Za-z0-9_-]{43}\n");

    byte[] content = new byte[LENGTH];
    new SecureRandom().nextBytes(content);
    try (SmallServer server = new SmallServer(content)) {
      Path output = folder.resolve("out");
      Script dfget = script("dfget", server.url(), "-O", output.toString(), "--json");
      assertThat(dfget.process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(dfget.process.exitValue()).as(dfget.errors()).isZero();
      assertThat(output).hasBinaryContent(content);

      Script again = script("dfget", server.url(), "-O", output.toString());
      assertThat(again.process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(again.process.exitValue()).isEqualTo(5);
      assertThat(again.errors()).contains(output.toString()).contains("--overwrite");

      Path none = folder.resolve("none");
      String digest = "sha256:" + "0".repeat(64);
      Script wrong = script("dfget", server.url(), "-O", none.toString(), "--digest", digest);
      assertThat(wrong.process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(wrong.process.exitValue()).as(wrong.errors()).isEqualTo(11);
      assertThat(none).doesNotExist();
    }

    Script ctl = script("ctl", "cluster", "list", "--json");
    assertThat(ctl.process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(ctl.process.exitValue()).as(ctl.errors()).isZero();
    assertThat(JSON.readTree(String.join("", ctl.lines())).get(0).get("id").asLong()).isEqualTo(1);

    up.process.destroy();
    assertThat(up.process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(pids).allMatch(pid -> ProcessHandle.of(pid).isEmpty());
    assertPortsAreFree(cluster);
    up.assertNothingLeft();
  }

  private static List<Long> pids(JsonNode cluster) {
    List<Long> pids = new ArrayList<>();
    pids.add(cluster.get("manager").get("pid").asLong());
    for (String role : List.of("schedulers", "seeds", "peers")) {
      cluster.get(role).forEach(node -> pids.add(node.get("pid").asLong()));
    }
    return pids;
  }

  private static void assertPortsAreFree(JsonNode cluster) throws IOException {
    String piece = cluster.get("peers").get(0).get("piece").asString();
    int port = Integer.parseInt(piece.substring(piece.lastIndexOf(':') + 1));
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(socket.isBound()).isTrue();
    }
  }

  private Script script(String... arguments) throws IOException {
    return new Script(folder, arguments);
  }

  /** The script as a process, with a home and a temporary folder of its own. */
  private static final class Script {
    private final Path home;
    private final Path temporary;
    private final Path errors;
    private final Process process;

    Script(Path folder, String... arguments) throws IOException {
      home = Files.createDirectories(folder.resolve("home"));
      temporary = Files.createDirectories(folder.resolve("tmp"));
      errors = Files.createTempFile(folder, "stderr", "");
      List<String> command = new ArrayList<>();
      command.add(checkout().resolve("dragonfly").toString());
      command.addAll(List.of(arguments));
      ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
      builder.environment().put("XDG_RUNTIME_DIR", home.toString());
      builder
          .environment()
          .put(
              "DRAGONFLY_OPTS",
              "-Duser.home="
                  + home
                  + " -Djava.io.tmpdir="
                  + temporary
                  + " -Ddragonfly.log=WARN -Ddragonfly.jvm=-XX:TieredStopAtLevel=1");
      process = builder.start();
    }

    private static Path checkout() {
      return Path.of(System.getProperty("dragonfly.home"));
    }

    String firstLine() throws IOException {
      BufferedReader reader = process.inputReader();
      String line = reader.readLine();
      assertThat(line).as(errors()).isNotNull();
      return line;
    }

    List<String> lines() {
      return process.inputReader().lines().toList();
    }

    String errors() throws IOException {
      return Files.readString(errors);
    }

    void assertNothingLeft() throws IOException {
      try (Stream<Path> files = Files.list(temporary);
          Stream<Path> ofHome = Files.list(home)) {
        assertThat(
                Stream.concat(files, ofHome)
                    .filter(path -> !path.toString().contains("embedded-pg"))
                    .toList())
            .isEmpty();
      }
    }
  }
}
