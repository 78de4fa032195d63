package dev.dragonfly.dfdaemon.rpc;

import dev.dragonfly.api.dfdaemon.v2.DownloadTaskResponse;
import dev.dragonfly.common.error.DragonflyException;
import java.util.Optional;

/**
 * Whoever asked for a download and hears how it goes, over gRPC or the light path. Called by one
 * thread at a time; no method waits for the caller to take what is said.
 */
interface DownloadCaller {
  /** Whether nobody listens any more. */
  boolean isGone();

  /** Says what happened. */
  void tell(DownloadTaskResponse message);

  /** Says how it ended; the last thing that is said. */
  void end(Optional<DragonflyException> failure);
}
