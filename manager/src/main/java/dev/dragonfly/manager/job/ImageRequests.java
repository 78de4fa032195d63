package dev.dragonfly.manager.job;

import dev.dragonfly.common.config.Secret;
import dev.dragonfly.common.registry.ImageRequest;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The images that arguments of jobs name. */
final class ImageRequests {
  private ImageRequests() {}

  static ImageRequest of(PreheatArgs args) {
    return of(args.url(), args.headers(), args.username(), args.password(), args.platform());
  }

  static ImageRequest of(ImageArgs args) {
    return of(args.url(), args.headers(), args.username(), args.password(), args.platform());
  }

  private static ImageRequest of(
      String url,
      @Nullable Map<String, String> headers,
      String username,
      String password,
      String platform) {
    return new ImageRequest(
        url,
        headers == null ? Map.of() : headers,
        username,
        password.isEmpty() ? Optional.empty() : Optional.of(Secret.of(password)),
        platform);
  }
}
