package dev.dragonfly.dfdaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.api.ext.v1.LightAnswer;
import dev.dragonfly.api.ext.v1.LightEnd;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.grpc.GrpcServers;
import dev.dragonfly.dfdaemon.net.LightProtocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A daemon that has the light path, whatever is at the socket of gRPC. */
class LightWireTest extends DaemonClientContract {
  private static final LightAnswer GREETING = FakeLightDaemon.greeting(LightProtocol.VERSION);

  @Override
  AutoCloseable serve(Path socket) throws IOException {
    return new FakeLightDaemon(socket, daemon, Optional.of(GREETING));
  }

  @Test
  void noLibraryIsLoaded() throws Exception {
    Path output = folder.resolve("out");
    Process dfget =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xlog:class+load:file=" + folder.resolve("classes"),
                "-cp",
                System.getProperty("java.class.path"),
                DfgetCommand.class.getName(),
                "http://origin.test/file",
                "-O",
                output.toString(),
                "--endpoint",
                folder.resolve("d.sock").toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said").toFile())
            .start();
    assertThat(dfget.waitFor(50, TimeUnit.SECONDS)).isTrue();
    assertThat(dfget.exitValue()).as(Files.readString(folder.resolve("said"))).isZero();
    assertThat(output).hasContent("content");
    assertThat(Files.readString(folder.resolve("classes")))
        .contains("dev.dragonfly.dfdaemon.cli.LightWire ")
        .doesNotContainPattern(
            "] (io\\.grpc|io\\.netty|com\\.google|picocli|org\\.slf4j|ch\\.qos|tools\\.jackson)");
  }

  @Test
  void aDaemonOfAnotherVersionIsAskedOverGrpc() throws Exception {
    assertGrpcAnswers(FakeLightDaemon.greeting(LightProtocol.VERSION + 1));
  }

  @Test
  void whoeverDoesNotGreetIsAskedOverGrpc() throws Exception {
    assertGrpcAnswers(LightAnswer.getDefaultInstance());
  }

  private void assertGrpcAnswers(LightAnswer greeting) throws IOException {
    Path socket = folder.resolve("e.sock");
    try (FakeLightDaemon light =
            new FakeLightDaemon(socket, new FakeDaemon(), Optional.of(greeting));
        GrpcServers.Running grpc = GrpcServers.unixSocket(socket, List.of(daemon))) {
      assertThat(connects(socket)).isTrue();
      assertThat(List.of(light, grpc)).isNotEmpty();
    }
  }

  @Test
  void aKilledDaemonIsNone() throws Exception {
    Path socket = folder.resolve("e.sock");
    new FakeLightDaemon(socket, daemon, Optional.empty()).close();
    assertThat(LightProtocol.beside(socket)).exists();
    assertThat(connects(socket)).isFalse();
  }

  @Test
  void aDaemonThatHangsIsGivenUp() throws Exception {
    Path socket = folder.resolve("e.sock");
    try (FakeLightDaemon hangs = new FakeLightDaemon(socket, daemon, Optional.empty())) {
      assertThat(LightWire.connect(LightProtocol.beside(socket), Duration.ofMillis(50)))
          .isInstanceOf(LightWire.Found.Silence.class);
      assertThat(hangs).isNotNull();
    }
  }

  @Test
  void aDaemonThatHasTooMuchToDoSaysSo() throws Exception {
    Path socket = folder.resolve("e.sock");
    LightAnswer refusal =
        LightAnswer.newBuilder()
            .setEnd(LightEnd.newBuilder().setErrorCode("RESOURCE_EXHAUSTED").setMessage("full"))
            .build();
    try (FakeLightDaemon full = new FakeLightDaemon(socket, daemon, Optional.of(refusal))) {
      Dfget dfget =
          Dfget.call("http://origin.test/file", "-O", folder + "/out", "--endpoint=" + socket);
      assertThat(dfget.exit()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED.exitCode());
      assertThat(dfget.err()).contains("full");
      assertThat(full).isNotNull();
    }
  }

  @Test
  void aDaemonThatDiesIsMissed() throws Exception {
    daemon.vanishes = Optional.of(() -> ((FakeLightDaemon) server).vanish());
    Dfget dfget = dfget();
    assertThat(dfget.exit()).isEqualTo(ErrorCode.UNAVAILABLE.exitCode());
    assertThat(dfget.err()).contains("the daemon ended the connection");
  }

  private static boolean connects(Path socket) {
    Optional<DaemonClient> client = DaemonClient.connect(socket);
    client.ifPresent(DaemonClient::close);
    return client.isPresent();
  }
}
