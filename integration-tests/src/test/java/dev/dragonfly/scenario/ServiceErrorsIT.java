package dev.dragonfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.cluster.Home;
import dev.dragonfly.cluster.JavaProgram;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A service with a configuration that cannot work ends with a clear message and exit code 78. */
class ServiceErrorsIT {
  private static final int CONFIG = 78;

  @TempDir private Path folder;

  private record Outcome(int exit, String said) {}

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DFDAEMON  | {storag: {dir: /x}}                  | storag",
        "DFDAEMON  | {download: {rateLimit: 10 parsecs}}  | download.rateLimit",
        "DFDAEMON  | {scheduler: {announceInterval: 10q}} | scheduler.announceInterval",
        "SEED_PEER | {seedPeer: {clusterId: -3}}          | seedPeer",
        "SCHEDULER | {redis: {adress: 'x:1'}}             | redis.adress",
        "MANAGER   | {server: {restPort: many}}           | server.restPort",
      })
  void aWrongKeyOrValueIsNamedWithItsFile(JavaProgram program, String yaml, String key)
      throws Exception {
    Outcome outcome = run(program, yaml);

    assertThat(outcome.exit()).as(outcome.said()).isEqualTo(CONFIG);
    assertThat(outcome.said()).contains(key).contains(folder.resolve("config.yaml").toString());
  }

  @Test
  void aPortInUseIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Outcome outcome =
          run(
              JavaProgram.DFDAEMON,
              """
              host: {ip: 127.0.0.1}
              server: {ip: 127.0.0.1, port: 0, socket: "%1$s/sock"}
              upload: {ip: 127.0.0.1, port: %2$d}
              proxy: {ip: 127.0.0.1, port: 0}
              storage: {dir: "%1$s/store"}
              metrics: {ip: 127.0.0.1, port: 0}
              """
                  .formatted(folder, taken.getLocalPort()));

      assertThat(outcome.exit()).as(outcome.said()).isEqualTo(CONFIG);
      assertThat(outcome.said())
          .contains("127.0.0.1:" + taken.getLocalPort())
          .contains("upload.port");
    }
  }

  @Test
  void aFolderThatCannotBeUsedIsNamed() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    Outcome outcome = run(JavaProgram.DFDAEMON, "storage: {dir: \"" + file + "/store\"}");

    assertThat(outcome.exit()).as(outcome.said()).isEqualTo(CONFIG);
    assertThat(outcome.said()).contains(file + "/store");
  }

  private Outcome run(JavaProgram program, String yaml) throws IOException, InterruptedException {
    Path config = Files.writeString(folder.resolve("config.yaml"), yaml);
    Path output = folder.resolve("output");
    List<String> command = new ArrayList<>(Home.find().command(program));
    command.addAll(List.of("--config", config.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends by itself").isTrue();
      return new Outcome(process.exitValue(), Files.readString(output));
    } finally {
      process.destroyForcibly();
    }
  }
}
