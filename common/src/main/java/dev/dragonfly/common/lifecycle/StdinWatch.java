package dev.dragonfly.common.lifecycle;

import dev.dragonfly.common.concurrent.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Ends the process when its standard input ends: a child whose parent was killed, with nobody left
 * to stop it, goes away by itself.
 */
public final class StdinWatch {
  private StdinWatch() {}

  /** Watches on a daemon thread; exits with 0 at the end of the stream. */
  public static void exitAtEnd(InputStream stdin) {
    Threads.daemon(
        "stdin-watch",
        () -> {
          try {
            stdin.transferTo(OutputStream.nullOutputStream());
          } catch (IOException e) {
            // A broken pipe means the same as its end.
          }
          System.exit(0);
        });
  }
}
