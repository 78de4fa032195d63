package dev.dragonfly.common.registry;

import dev.dragonfly.common.config.Secret;
import java.util.Map;
import java.util.Optional;

/**
 * Which image.
 *
 * @param url of its manifest, by tag or digest: {@code
 *     https://registry/v2/name/manifests/reference}
 * @param headers for the registry; an Authorization among them is used as it is
 * @param username for the registry or its token service; empty: anonymous
 * @param platform {@code os/arch[/variant]}; {@code all} for every one; empty: that of this process
 */
public record ImageRequest(
    String url,
    Map<String, String> headers,
    String username,
    Optional<Secret> password,
    String platform) {
  public ImageRequest {
    headers = Map.copyOf(headers);
  }

  /** Without headers, which may be secret. */
  @Override
  public String toString() {
    return "ImageRequest[" + url + " " + platform + "]";
  }
}
