package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.dfdaemon.proxy.registry.Origin;

/** What becomes of a request. */
sealed interface Route {
  /**
   * Content that is shared among peers.
   *
   * @param origin where it is read in the end
   * @param spec the task, without headers
   * @param task its identity
   * @param what how the answer looks
   */
  record ViaTask(Origin origin, TaskSpec spec, TaskId task, Content what) implements Route {
    ViaTask(Origin origin, TaskSpec spec, Content what) {
      this(origin, spec, TaskIdCalculator.taskId(spec), what);
    }
  }

  /**
   * The origin answers, every time.
   *
   * @param followRedirects whether redirects are followed here, for clients that know the proxy
   *     only
   * @param grants whether the answer is a manifest: whoever gets it may have what it names
   */
  record PassThrough(Origin origin, boolean followRedirects, boolean grants) implements Route {}

  /** Answered here with an error. */
  record Refuse(int status, String code, String message) implements Route {}

  /** Answered here with success and an empty body: is anybody there? */
  record Greet() implements Route {}

  /** What is shared. */
  enum Content {
    BLOB,
    MANIFEST,
    FILE
  }
}
