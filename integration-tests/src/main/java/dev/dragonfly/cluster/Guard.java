package dev.dragonfly.cluster;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A small shell that outlives this process when it is killed: then it kills the children of which
 * it was told and removes their folder. Safe for any thread.
 */
final class Guard implements AutoCloseable {
  private static final String SCRIPT =
      """
      trap '' INT TERM HUP
      pids=
      while read -r pid; do
        [ "$pid" = done ] && exit 0
        pids="$pids $pid"
      done
      [ -n "$pids" ] && kill -9 $pids 2>/dev/null
      [ -n "$1" ] && { sleep 1; rm -rf -- "$1"; }
      exit 0
      """;

  private final Process shell;
  private final OutputStream orders;

  /**
   * @param remove folder to remove when this process is killed; empty for none
   */
  Guard(String remove) {
    try {
      shell =
          new ProcessBuilder("setsid", "sh", "-c", SCRIPT, "dragonfly-guard", remove)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      orders = shell.getOutputStream();
    } catch (IOException e) {
      throw new ClusterException("cannot start the guard shell", e);
    }
  }

  static Guard of(Path removed, boolean temporary) {
    return new Guard(temporary ? removed.toString() : "");
  }

  synchronized void watch(long pid) {
    order(Long.toString(pid));
  }

  private void order(String line) {
    try {
      orders.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
      orders.flush();
    } catch (IOException e) {
      throw new ClusterException("the guard shell is gone", e);
    }
  }

  @Override
  public synchronized void close() {
    order("done");
    try {
      shell.waitFor(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    shell.destroyForcibly();
  }
}
