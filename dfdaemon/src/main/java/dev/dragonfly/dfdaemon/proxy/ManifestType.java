package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.oci.Manifest;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The media type of a manifest: what its registry said, or else, when a peer did not pass that on,
 * what the manifest says of itself.
 */
final class ManifestType {
  private static final Pattern KNOWN =
      Pattern.compile(
          "application/vnd\\.(?:oci\\.image\\.(?:manifest|index)|docker\\.distribution\\.manifest(?:\\.list)?)\\.v[12]\\+(?:json|prettyjws)");

  private ManifestType() {}

  static String of(StoredTask stored) {
    Optional<String> told =
        Optional.ofNullable(stored.facts().responseHeader().get("content-type"));
    if (told.isPresent() && told.get().contains("vnd.")) {
      return told.get();
    }
    Optional<Manifest> manifest = Manifest.read(content(stored));
    Optional<String> own =
        manifest.flatMap(Manifest::mediaType).filter(type -> KNOWN.matcher(type).matches());
    return own.or(() -> told)
        .orElse(
            manifest.filter(Manifest::index).isPresent()
                ? "application/vnd.oci.image.index.v1+json"
                : "application/vnd.oci.image.manifest.v1+json");
  }

  /** The bytes of a manifest that is wholly here; none of one that is too long to be one. */
  static InputStream content(StoredTask stored) {
    long length = stored.facts().contentLength().orElse(0);
    if (length > Manifest.MAX_LENGTH || !stored.isComplete()) {
      return InputStream.nullInputStream();
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) length);
    while (bytes.hasRemaining() && stored.read(bytes.position(), bytes) > 0) {
      // Reads on until all is there.
    }
    return new ByteArrayInputStream(bytes.array(), 0, bytes.position());
  }
}
