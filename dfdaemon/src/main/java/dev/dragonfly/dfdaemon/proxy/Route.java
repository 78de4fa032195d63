package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.oci.Registry;
import java.util.Optional;

/** What becomes of a request. */
sealed interface Route {
  /**
   * Content that is shared among peers.
   *
   * @param origin where it is read in the end
   * @param spec the task, without headers
   * @param what how the answer looks
   */
  record ViaTask(Origin origin, TaskSpec spec, Content what) implements Route {}

  /**
   * The origin answers, every time.
   *
   * @param followRedirects whether redirects are followed here, for clients that know the proxy
   *     only
   * @param grants whether success proves that the caller may read the repository
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

  /**
   * Where something is.
   *
   * @param url absolute
   * @param registry the registry; absent for an ordinary URL
   * @param repository repository in it; empty for an ordinary URL or the ping
   * @param loginHere whether the proxy may obtain an anonymous token: for clients that cannot know
   *     the registry behind the proxy
   */
  record Origin(String url, Optional<Registry> registry, String repository, boolean loginHere) {
    /** What a grant is for. */
    String scope() {
      return registry.isPresent() ? registry.get().url("/" + repository) : url;
    }
  }
}
