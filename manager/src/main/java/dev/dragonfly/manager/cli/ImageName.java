package dev.dragonfly.manager.cli;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.oci.DistributionPath;
import dev.dragonfly.common.oci.Registry;
import java.util.Optional;

/** Images as people name them: {@code registry/name:tag}, or the URL of a manifest. */
final class ImageName {
  private static final String LATEST = "latest";

  private ImageName() {}

  /** Whether this names an image and no file. */
  static boolean isImage(String content) {
    return !content.contains("://") || content.matches("https?://[^/]+/v2/.+/manifests/[^/]+");
  }

  /** The URL of its manifest. */
  static String manifestUrl(String content) {
    if (content.contains("://")) {
      return content;
    }
    int slash = content.indexOf('/');
    String first = slash < 0 ? "" : content.substring(0, slash);
    boolean host = first.equals("localhost") || first.contains(".") || first.contains(":");
    String rest = host ? content.substring(slash + 1) : content;
    Registry registry = host ? Registry.parse(first) : Registry.DOCKER_HUB;
    int digest = rest.indexOf('@');
    int tag = rest.indexOf(':', rest.lastIndexOf('/') + 1);
    int end = digest >= 0 ? digest : tag >= 0 ? tag : rest.length();
    String name = tag >= 0 && tag < end ? rest.substring(0, tag) : rest.substring(0, end);
    String reference = end == rest.length() ? LATEST : rest.substring(end + 1);
    boolean official = registry.equals(Registry.DOCKER_HUB) && name.indexOf('/') < 0;
    String path = "/v2/" + (official ? "library/" : "") + name + "/manifests/" + reference;
    try {
      Optional<DistributionPath> known = DistributionPath.parse(path);
      if (known.isPresent()) {
        return registry.url(path);
      }
    } catch (IllegalArgumentException e) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT, "not an image: '" + content + "': " + e.getMessage(), e);
    }
    throw new DragonflyException(
        ErrorCode.INVALID_ARGUMENT,
        "not an image: '" + content + "' (expected registry/name:tag or the URL of a manifest)");
  }
}
