package dev.dragonfly.dfdaemon.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class LocalServerTest {
  @TempDir Path folder;
  private RpcFixture fixture;
  private Path socket;

  @BeforeEach
  void start() {
    fixture = new RpcFixture(folder);
    socket = folder.resolve("run/d.sock");
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void onlyTheUserAndTheGroupOfTheDaemonMayConnect() throws Exception {
    try (LocalServer server = LocalServer.start(socket, fixture.context)) {
      assertThat(folder.resolve("run")).isDirectoryContaining(path -> path.equals(socket));
      for (Path file : new Path[] {socket, Path.of(socket + ".light")}) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .as(file.toString())
            .isEqualTo("rw-rw----");
      }
      assertThat(server).isNotNull();
    }
    assertThat(folder.resolve("run")).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".light"})
  void whatAKilledDaemonLeftIsReplaced(String end) throws Exception {
    Files.createDirectory(folder.resolve("run"));
    listen(end).close(); // The file stays.
    LocalServer.start(socket, fixture.context).close();
    assertThat(folder.resolve("run")).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".light"})
  void aSocketOnWhichAnotherListensIsLeftToHim(String end) throws Exception {
    Files.createDirectory(folder.resolve("run"));
    try (ServerSocketChannel other = listen(end)) {
      assertThatThrownBy(() -> LocalServer.start(socket, fixture.context))
          .isInstanceOf(DragonflyException.class)
          .hasMessageContaining("another daemon listens on " + socket + end)
          .extracting(failure -> ((DragonflyException) failure).code())
          .isEqualTo(ErrorCode.CONFIG);
      assertThat(other.isOpen()).isTrue();
      assertThat(folder.resolve("run").toFile().list()).containsExactly("d.sock" + end);
    }
  }

  private ServerSocketChannel listen(String end) throws Exception {
    return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(socket + end));
  }
}
