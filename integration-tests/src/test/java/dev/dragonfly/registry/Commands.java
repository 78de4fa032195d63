package dev.dragonfly.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs that run and end. */
public final class Commands {
  /** No program of a test may take longer: that would be a hang. */
  static final int LIMIT_SECONDS = 120;

  private Commands() {}

  /** How a program ended and what it said. */
  public record Outcome(int exit, String said, double seconds) {}

  /** Runs it; fails when it hangs. */
  public static Outcome run(List<String> command) {
    Path output = null;
    try {
      output = Files.createTempFile("command", ".out");
      long start = System.nanoTime();
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("hangs: " + command + "\n" + Files.readString(output));
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      return new Outcome(process.exitValue(), Files.readString(output), seconds);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    } finally {
      delete(output);
    }
  }

  private static void delete(@org.jspecify.annotations.Nullable Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
