package dev.dragonfly.cluster;

import java.io.IOException;

/** Signals to processes that this cluster started. */
final class Signals {
  private Signals() {}

  static void send(String signal, long pid) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start();
      if (kill.waitFor() != 0) {
        throw new ClusterException("cannot send SIG" + signal + " to process " + pid);
      }
    } catch (IOException e) {
      throw new ClusterException("cannot send SIG" + signal + " to process " + pid, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
