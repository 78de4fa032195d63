package dev.dragonfly.dfdaemon.doctor;

/** One question about the daemon or what it needs. Used once. */
public interface Check {
  /** A word or two. */
  String name();

  /** Looks; may block, on a thread of its own. What it needs and cannot have is a diagnosis too. */
  Diagnosis examine();
}
