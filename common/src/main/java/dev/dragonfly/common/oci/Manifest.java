package dev.dragonfly.common.oci;

import dev.dragonfly.common.digest.Digest;
import java.io.InputStream;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * What matters of the manifest of an image or of an index. Read in one pass that takes linear time,
 * whatever a registry sends.
 *
 * @param mediaType what it says it is
 * @param index whether it lists manifests
 * @param digests of what it consists of: config, layers, manifests
 */
public record Manifest(Optional<String> mediaType, boolean index, Set<Digest> digests) {
  /** The longest that registries take (distribution specification). */
  public static final int MAX_LENGTH = 4 << 20;

  private static final int MAX_DIGESTS = 1024;
  private static final int MAX_DEPTH = 32;
  private static final Set<String> PARTS =
      Set.of("config", "layers", "manifests", "blobs", "fsLayers");
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxDocumentLength(MAX_LENGTH)
                  .build())
          .build();

  public Manifest {
    digests = Set.copyOf(digests);
  }

  /** Reads a manifest; empty when it is none. Does not close the stream. */
  public static Optional<Manifest> read(InputStream json) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      return parser.nextToken() == JsonToken.START_OBJECT
          ? Optional.of(read(parser))
          : Optional.empty();
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  private static Manifest read(JsonParser parser) {
    Optional<String> mediaType = Optional.empty();
    boolean index = false;
    Set<String> digests = new LinkedHashSet<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (name.equals("mediaType") && value == JsonToken.VALUE_STRING) {
        mediaType = Optional.of(parser.getString());
      }
      index = index || name.equals("manifests");
      if (PARTS.contains(name)) {
        descriptors(parser, value, digests);
      } else {
        parser.skipChildren();
      }
    }
    return new Manifest(
        mediaType,
        index,
        digests.stream().flatMap(text -> digest(text).stream()).collect(Collectors.toSet()));
  }

  private static void descriptors(JsonParser parser, JsonToken value, Set<String> digests) {
    if (value == JsonToken.START_OBJECT) {
      descriptor(parser, digests);
    } else if (value == JsonToken.START_ARRAY) {
      for (JsonToken next = parser.nextToken();
          next != null && next != JsonToken.END_ARRAY;
          next = parser.nextToken()) {
        if (next == JsonToken.START_OBJECT) {
          descriptor(parser, digests);
        } else {
          parser.skipChildren();
        }
      }
    }
  }

  private static void descriptor(JsonParser parser, Set<String> digests) {
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      boolean digest = name.equals("digest") || name.equals("blobSum");
      if (digest && value == JsonToken.VALUE_STRING && digests.size() < MAX_DIGESTS) {
        digests.add(parser.getString());
      }
      parser.skipChildren();
    }
  }

  private static Optional<Digest> digest(String text) {
    try {
      return Optional.of(Digest.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
