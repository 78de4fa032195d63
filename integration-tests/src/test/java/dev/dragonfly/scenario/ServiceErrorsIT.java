package dev.dragonfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.cluster.Home;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
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
        "dfdaemon  | dfdaemon.app.DfdaemonApp   | {storag: {dir: /x}}                  | storag",
        "dfdaemon  | dfdaemon.app.DfdaemonApp   | {download: {rateLimit: 10 parsecs}}  | download.rateLimit",
        "dfdaemon  | dfdaemon.app.DfdaemonApp   | {scheduler: {announceInterval: 10q}} | scheduler.announceInterval",
        "seed-peer | seedpeer.app.SeedPeerApp   | {seedPeer: {clusterId: -3}}          | seedPeer",
        "scheduler | scheduler.app.SchedulerApp | {redis: {adress: 'x:1'}}             | redis.adress",
        "manager   | manager.app.ManagerApp     | {server: {restPort: many}}           | server.restPort",
      })
  void aWrongKeyOrValueIsNamedWithItsFile(String module, String main, String yaml, String key)
      throws Exception {
    Outcome outcome = run(module, main, yaml);

    assertThat(outcome.exit()).as(outcome.said()).isEqualTo(CONFIG);
    assertThat(outcome.said()).contains(key).contains(folder.resolve("config.yaml").toString());
  }

  @Test
  void aPortInUseIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Outcome outcome =
          run(
              "dfdaemon",
              "dfdaemon.app.DfdaemonApp",
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
    Outcome outcome =
        run("dfdaemon", "dfdaemon.app.DfdaemonApp", "storage: {dir: \"" + file + "/store\"}");

    assertThat(outcome.exit()).as(outcome.said()).isEqualTo(CONFIG);
    assertThat(outcome.said()).contains(file + "/store");
  }

  private Outcome run(String module, String main, String yaml)
      throws IOException, InterruptedException {
    Path config = Files.writeString(folder.resolve("config.yaml"), yaml);
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                Home.find().classPath(module),
                "dev.dragonfly." + main,
                "--config",
                config.toString())
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
