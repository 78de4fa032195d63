package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The media type of a manifest: what its registry said, or else, when a peer did not pass that on,
 * what the manifest says of itself.
 */
final class ManifestType {
  private static final int MAX_LENGTH = 4 << 20;
  private static final Pattern OWN =
      Pattern.compile(
          "\"mediaType\"\\s*:\\s*\"(application/vnd\\.(?:oci\\.image\\.(?:manifest|index)|docker\\.distribution\\.manifest(?:\\.list)?)\\.v[12]\\+(?:json|prettyjws))\"");

  private ManifestType() {}

  static String of(StoredTask stored) {
    String told = stored.facts().responseHeader().get("content-type");
    if (told != null && told.contains("vnd.")) {
      return told;
    }
    String text = text(stored);
    Matcher matcher = OWN.matcher(text);
    while (matcher.find()) {
      if (depth(text, matcher.start()) == 1) {
        return matcher.group(1);
      }
    }
    if (told != null) {
      return told;
    }
    return text.contains("\"manifests\"")
        ? "application/vnd.oci.image.index.v1+json"
        : "application/vnd.oci.image.manifest.v1+json";
  }

  /** How many objects and lists are open there; texts of manifests hold no brackets. */
  private static int depth(String text, int end) {
    int depth = 0;
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (c == '{' || c == '[') {
        depth++;
      } else if (c == '}' || c == ']') {
        depth--;
      }
    }
    return depth;
  }

  private static String text(StoredTask stored) {
    long length = stored.facts().contentLength().orElse(0);
    if (length == 0 || length > MAX_LENGTH || !stored.isComplete()) {
      return "";
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) length);
    while (bytes.hasRemaining() && stored.read(bytes.position(), bytes) > 0) {
      // Reads on until all is there.
    }
    return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
  }
}
