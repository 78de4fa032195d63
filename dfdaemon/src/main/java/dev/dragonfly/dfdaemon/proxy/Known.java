package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.dfdaemon.proxy.registry.Gatekeeper;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * What was worked out from a request alone, kept for the next one of its connection if that differs
 * in its range only: whoever reads an image lazily asks for a blob a thousand times. Nothing that
 * may change with time is here. Used by one thread at a time.
 */
final class Known {
  @Nullable Route route;
  Gatekeeper.@Nullable Pass pass;

  /** Headers of the whole content, and the facts from which they were made. */
  @Nullable HttpHeaders head;

  @Nullable TaskFacts facts;
}
