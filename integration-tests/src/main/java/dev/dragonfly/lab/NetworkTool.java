package dev.dragonfly.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs ip(8) and tc(8). */
final class NetworkTool {
  private static final int LIMIT_SECONDS = 30;

  private NetworkTool() {}

  /**
   * What it wrote to stdout.
   *
   * @throws LabException with what it wrote to stderr when it failed
   */
  static String run(String... command) {
    String said = String.join(" ", command);
    try {
      // One stream for both: a program that fills the other one would never end.
      Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new LabException("'%s' did not end within %d s".formatted(said, LIMIT_SECONDS));
      }
      if (process.exitValue() != 0) {
        throw new LabException("'" + said + "' failed: " + output);
      }
      return output;
    } catch (IOException e) {
      throw new LabException("cannot run '" + said + "'", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted during '" + said + "'", e);
    }
  }
}
