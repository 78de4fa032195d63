package dev.dragonfly.manager.dispatch;

import dev.dragonfly.common.error.DragonflyException;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the job lists of schedulers lie, and what is kept of their tasks. Blocks; safe for any
 * thread. Every method throws {@link DragonflyException} UNAVAILABLE when it cannot be reached, or
 * none is configured.
 */
public interface JobBroker {
  /** Keeps a text, in place of what was there. */
  void keep(String key, String json, Duration time);

  /** What is kept. */
  Optional<String> kept(String key);

  /** Puts an element behind a list. */
  void append(String list, String json);

  /**
   * Takes an element out of a list.
   *
   * @return whether it was still there
   */
  boolean withdraw(String list, String json);
}
