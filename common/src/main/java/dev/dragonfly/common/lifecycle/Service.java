package dev.dragonfly.common.lifecycle;

/** Something that runs as a process, with a configuration. */
public interface Service {
  /** As it stands in usage and messages. */
  String name();

  /** What it does, in a sentence. */
  String purpose();

  /** Whether it cannot run with the defaults alone. */
  boolean needsConfig();

  /** Runs to its end, or until other threads do the work; returns the exit code. */
  int run(ServiceArguments arguments) throws InterruptedException;
}
