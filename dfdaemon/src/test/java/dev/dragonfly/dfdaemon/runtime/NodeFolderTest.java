package dev.dragonfly.dfdaemon.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.error.DragonflyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NodeFolderTest {
  @TempDir Path outside;

  @Test
  void noLinkLeadsOutOfTheNode() throws IOException {
    Path root = Files.createDirectory(outside.resolve("host"));
    Files.writeString(outside.resolve("secret"), "of the container");
    Files.createSymbolicLink(root.resolve("up"), Path.of("../../../../../secret"));
    Files.createSymbolicLink(root.resolve("absolute"), outside.resolve("secret"));

    NodeFolder node = new NodeFolder(root);

    assertThat(node.read(Path.of("/up"))).isEmpty();
    assertThat(node.read(Path.of("/absolute"))).isEmpty();
    node.write(Path.of("/up"), "new", false);
    assertThat(root.resolve("secret")).hasContent("new");
    assertThat(outside.resolve("secret")).hasContent("of the container");
  }

  @Test
  void linksInACircleAreAnErrorAndNoEndlessLoop() throws IOException {
    Files.createSymbolicLink(outside.resolve("a"), Path.of("b"));
    Files.createSymbolicLink(outside.resolve("b"), Path.of("a"));

    assertThatThrownBy(() -> new NodeFolder(outside).read(Path.of("/a")))
        .isInstanceOf(DragonflyException.class)
        .hasMessageContaining("links in a circle");
  }

  @Test
  void whatIsNotTextIsNotTouched() throws IOException {
    Files.write(outside.resolve("binary.toml"), new byte[] {(byte) 0xff, 0});

    assertThatThrownBy(() -> new NodeFolder(outside).read(Path.of("/binary.toml")))
        .isInstanceOf(DragonflyException.class)
        .hasMessageContaining("/binary.toml is not UTF-8");
  }

  @Test
  void aWriteThatFailsLeavesTheFileAndNoOther() throws IOException {
    Files.writeString(outside.resolve("file"), "a file, no folder");

    assertThatThrownBy(() -> new NodeFolder(outside).write(Path.of("/file/hosts.toml"), "x", false))
        .isInstanceOf(DragonflyException.class)
        .hasMessageContaining("cannot write /file/hosts.toml on the node");
    assertThat(outside.toFile().list()).containsExactly("file");
  }
}
