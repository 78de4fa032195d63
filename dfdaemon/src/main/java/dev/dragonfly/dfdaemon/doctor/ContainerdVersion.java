package dev.dragonfly.dfdaemon.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which containerd is on a node: asked of its program, where that can be run from here. */
final class ContainerdVersion {
  private static final List<String> PROGRAMS =
      List.of("usr/bin/containerd", "usr/local/bin/containerd");
  private static final Pattern VERSION = Pattern.compile("\\bv?([0-9]+)\\.[0-9]+\\.[0-9]+");
  private static final int PATIENCE_SECONDS = 2;

  private ContainerdVersion() {}

  /** 1 or 2; empty when it cannot be told. */
  static OptionalInt major(Path root) {
    for (String program : PROGRAMS) {
      Path file = root.resolve(program);
      if (Files.isExecutable(file)) {
        return ask(file);
      }
    }
    return OptionalInt.empty();
  }

  private static OptionalInt ask(Path program) {
    try {
      Process process =
          new ProcessBuilder(program.toString(), "--version")
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .start();
      try {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          return OptionalInt.empty();
        }
        // A line: it fits into the pipe, so that the program could end before anybody read it.
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher matcher = VERSION.matcher(said);
        return matcher.find()
            ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
            : OptionalInt.empty();
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      return OptionalInt.empty(); // Of another node's libraries, perhaps.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalInt.empty();
    }
  }
}
