package dev.dragonfly.common.registry;

import java.util.List;
import java.util.Map;

/**
 * What an image consists of.
 *
 * @param blobUrls configuration and layers of every chosen platform, each once, in order
 * @param headers with which they are read: those of the request, with the Authorization that opened
 *     the manifest
 */
public record ResolvedImage(List<String> blobUrls, Map<String, String> headers) {
  public ResolvedImage {
    blobUrls = List.copyOf(blobUrls);
    headers = Map.copyOf(headers);
  }

  /** Without headers. */
  @Override
  public String toString() {
    return "ResolvedImage" + blobUrls;
  }
}
