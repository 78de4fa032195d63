package dev.dragonfly.common.registry;

import dev.dragonfly.common.digest.Digest;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a registry gives for a manifest: an image, or a list of images. */
sealed interface ImageDocument {
  /** More than any image has. */
  int MOST_PARTS = 1024;

  /**
   * One image.
   *
   * @param blobs its configuration, then its layers; without those that only others may give away
   */
  record Image(List<Digest> blobs) implements ImageDocument {
    public Image {
      blobs = List.copyOf(blobs);
    }
  }

  /** Images for several platforms. */
  record Index(List<Entry> entries) implements ImageDocument {
    public Index {
      entries = List.copyOf(entries);
    }
  }

  /** An image in a list. */
  record Entry(Digest digest, Platform platform) {}

  /**
   * Reads a document.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static ImageDocument read(byte[] json) {
    JsonNode root = parse(json);
    if (root.path("manifests").isArray()) {
      List<Entry> entries = new ArrayList<>();
      for (JsonNode entry : bounded(root.path("manifests"))) {
        entries.add(new Entry(digest(entry), platform(entry.path("platform"))));
      }
      return new Index(entries);
    }
    if (!root.path("layers").isArray()) {
      throw new IllegalArgumentException(
          root.path("schemaVersion").asInt(0) == 1
              ? "a manifest of schema 1, which no registry should give any more"
              : "no manifest of an image");
    }
    List<Digest> blobs = new ArrayList<>();
    if (root.path("config").isObject()) {
      blobs.add(digest(root.path("config")));
    }
    for (JsonNode layer : bounded(root.path("layers"))) {
      String type = layer.path("mediaType").asString("");
      if (!type.contains("foreign") && !type.contains("nondistributable")) {
        blobs.add(digest(layer));
      }
    }
    return new Image(blobs);
  }

  private static JsonNode parse(byte[] json) {
    try {
      JsonNode root = Json.MAPPER.readTree(json);
      if (root.isObject()) {
        return root;
      }
    } catch (JacksonException e) {
      throw new IllegalArgumentException("no JSON", e);
    }
    throw new IllegalArgumentException("no JSON object");
  }

  private static JsonNode bounded(JsonNode list) {
    if (list.size() > MOST_PARTS) {
      throw new IllegalArgumentException(
          "a list of %d parts (expected at most %d)".formatted(list.size(), MOST_PARTS));
    }
    return list;
  }

  private static Platform platform(JsonNode platform) {
    return new Platform(
        platform.path("os").asString(""),
        platform.path("architecture").asString(""),
        platform.path("variant").asString(""));
  }

  private static Digest digest(JsonNode descriptor) {
    Digest digest = Digest.parse(descriptor.path("digest").asString(""));
    boolean content =
        digest.algorithm() == Digest.Algorithm.SHA256
            || digest.algorithm() == Digest.Algorithm.SHA512;
    if (!content) {
      throw new IllegalArgumentException("the digest " + digest + " (expected sha256 or sha512)");
    }
    return digest;
  }

  /** Bounded, whatever a registry sends. */
  final class Json {
    static final JsonMapper MAPPER =
        JsonMapper.builder(
                JsonFactory.builder()
                    .streamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(32).build())
                    .build())
            .build();

    private Json() {}
  }
}
