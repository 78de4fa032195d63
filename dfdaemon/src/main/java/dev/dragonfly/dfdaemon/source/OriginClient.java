package dev.dragonfly.dfdaemon.source;

/**
 * Passes requests on to origins and their answers back, whatever the status. Blocks; call from
 * virtual threads. Safe for any thread.
 */
public interface OriginClient {
  /**
   * Asks once; returns when the head of the answer has arrived.
   *
   * @throws dev.dragonfly.common.error.DragonflyException INVALID_ARGUMENT when the URL is not one,
   *     PERMISSION_DENIED for a refused address, UNAVAILABLE when it cannot be reached,
   *     DEADLINE_EXCEEDED
   */
  OriginAnswer ask(OriginRequest request);

  /**
   * As {@link #ask}, following redirects. To another origin nothing of the request goes but what
   * says how the content is wanted.
   */
  OriginAnswer follow(OriginRequest request);
}
