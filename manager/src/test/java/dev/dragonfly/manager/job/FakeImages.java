package dev.dragonfly.manager.job;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.registry.ImageRequest;
import dev.dragonfly.common.registry.ImageResolver;
import dev.dragonfly.common.registry.ResolvedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Registries in memory, in which every image has the same three blobs, but {@code nosuch} is not
 * there and a wrong password is refused. Safe for any thread.
 */
public final class FakeImages implements ImageResolver {
  static final String TOKEN = "Bearer resolved-token";

  private static final Pattern MANIFEST = Pattern.compile("^(.*://.*/v2/.*/)manifests/(.*)$");

  private final List<ImageRequest> requests = new CopyOnWriteArrayList<>();

  /** What was asked for, in order. */
  List<ImageRequest> requests() {
    return new ArrayList<>(requests);
  }

  /** As after its making. */
  public void reset() {
    requests.clear();
  }

  static String blob(String prefix, int number) {
    return prefix + "blobs/sha256:" + ("0" + number).repeat(32);
  }

  @Override
  public ResolvedImage resolve(ImageRequest request) {
    requests.add(request);
    Matcher manifest = MANIFEST.matcher(request.url());
    if (!manifest.matches()) {
      throw new DragonflyException(ErrorCode.INVALID_ARGUMENT, "parse access url failed");
    }
    refuse(request, manifest.group(2));
    String prefix = manifest.group(1);
    Map<String, String> headers = new TreeMap<>(request.headers());
    headers.putIfAbsent("Authorization", TOKEN);
    return new ResolvedImage(List.of(blob(prefix, 1), blob(prefix, 2), blob(prefix, 3)), headers);
  }

  private static void refuse(ImageRequest request, String reference) {
    if (request.platform().equals("a/b/c/d")) {
      throw new DragonflyException(ErrorCode.INVALID_ARGUMENT, "invalid platform format");
    }
    if (reference.equals("nosuch") || request.platform().equals("linux/s390x")) {
      throw new DragonflyException(
          ErrorCode.NOT_FOUND, "failed to pull image manifest: manifest unknown");
    }
    if (request.password().map(password -> password.reveal().equals("x")).orElse(false)) {
      throw new DragonflyException(
          ErrorCode.UNAUTHENTICATED, "failed to pull image manifest: unauthorized");
    }
    if (request.url().contains("//127.0.0.1") || request.url().contains(".invalid/")) {
      throw new DragonflyException(ErrorCode.UNAVAILABLE, "failed to authenticate with registry");
    }
  }
}
