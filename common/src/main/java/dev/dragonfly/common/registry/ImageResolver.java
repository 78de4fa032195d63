package dev.dragonfly.common.registry;

import dev.dragonfly.common.error.DragonflyException;

/** Finds out what an image consists of. Blocks; safe for any thread. */
public interface ImageResolver {
  /**
   * The blobs of the image for the platforms that are asked for.
   *
   * @throws DragonflyException INVALID_ARGUMENT for a URL or platform that is none; NOT_FOUND,
   *     UNAUTHENTICATED, PERMISSION_DENIED with the words of the registry; UNAVAILABLE when it does
   *     not answer in time
   */
  ResolvedImage resolve(ImageRequest request);
}
