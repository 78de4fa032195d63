package dev.dragonfly.dfdaemon.cli;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a command of the node, whose file system may be mounted in a folder. */
@FunctionalInterface
interface NodeCommand {
  /** As a process. */
  NodeCommand PROCESS = NodeCommand::start;

  /**
   * Runs it to its end.
   *
   * @throws DragonflyException when it fails
   */
  void run(Path root, List<String> command);

  private static void start(Path root, List<String> command) {
    List<String> words = new ArrayList<>();
    if (!root.toAbsolutePath().normalize().equals(Path.of("/"))) {
      words.addAll(List.of("chroot", root.toString()));
    }
    words.addAll(command);
    String shown = String.join(" ", words);
    try {
      Process process = new ProcessBuilder(words).inheritIO().start();
      if (!process.waitFor(90, TimeUnit.SECONDS)) {
        process.destroy();
        throw failed("did not end within 90 s: " + shown);
      }
      if (process.exitValue() != 0) {
        throw failed("exit code " + process.exitValue() + " of: " + shown);
      }
    } catch (IOException e) {
      throw new DragonflyException(ErrorCode.UNAVAILABLE, "cannot run: " + shown + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DragonflyException(ErrorCode.CANCELLED, "interrupted in: " + shown, e);
    }
  }

  private static DragonflyException failed(String what) {
    return new DragonflyException(
        ErrorCode.UNAVAILABLE,
        what + "; the files are written, the runtime has to be told by hand");
  }
}
