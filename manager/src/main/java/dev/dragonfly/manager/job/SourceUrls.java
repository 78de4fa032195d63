package dev.dragonfly.manager.job;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.UrlNormalizer;
import java.util.List;
import java.util.regex.Pattern;

/** Which URLs may be preheated. */
final class SourceUrls {
  private static final Pattern USER = Pattern.compile("^[^/?#]*//[^/?#]*@");

  private SourceUrls() {}

  /**
   * URLs are stored and shown, so one that holds a password is not taken.
   *
   * @throws DragonflyException INVALID_ARGUMENT when it is no URL or holds a user
   */
  static void check(String url) {
    if (USER.matcher(url).find()) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT,
          "args.url: a URL is shown to everybody: give user and password in a header, not in it");
    }
    try {
      UrlNormalizer.normalize(url, List.of());
    } catch (IllegalArgumentException e) {
      throw new DragonflyException(ErrorCode.INVALID_ARGUMENT, "args.url: " + e.getMessage(), e);
    }
  }
}
