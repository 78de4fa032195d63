package dev.dragonfly.registry;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * An OCI image with made-up layers (OCI image specification 1.0): plain tar archives of one file
 * each, so that a runtime can unpack them.
 */
public final class Image {
  public static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
  public static final String INDEX_TYPE = "application/vnd.oci.image.index.v1+json";
  private static final String CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";
  private static final String LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar";
  private static final int TAR_BLOCK = 512;
  private static final int CHUNK = 64 << 10;

  private final Map<String, byte[]> blobs = new LinkedHashMap<>();
  private final String architecture;
  private final byte[] manifest;

  private Image(String architecture, long seed, List<Integer> layerLengths) {
    this.architecture = architecture;
    List<String> layers = new ArrayList<>();
    List<String> diffs = new ArrayList<>();
    for (int i = 0; i < layerLengths.size(); i++) {
      byte[] layer = layer("file-" + i, layerLengths.get(i), seed + i);
      String digest = add(layer);
      layers.add(descriptor(LAYER_TYPE, digest, layer.length));
      diffs.add('"' + digest + '"');
    }
    byte[] config =
        "{\"architecture\":\"%s\",\"os\":\"linux\",\"config\":{},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[%s]}}"
            .formatted(architecture, String.join(",", diffs))
            .getBytes(StandardCharsets.UTF_8);
    String configDigest = add(config);
    manifest =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
            .formatted(
                MANIFEST_TYPE,
                descriptor(CONFIG_TYPE, configDigest, config.length),
                String.join(",", layers))
            .getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Makes one up.
   *
   * @param seed another one gives other bytes
   * @param layerLengths bytes of each layer, a multiple of 512 from 1024 on
   */
  public static Image of(long seed, Integer... layerLengths) {
    return new Image("amd64", seed, List.of(layerLengths));
  }

  /** The same for Linux on another architecture. */
  public static Image ofArchitecture(String architecture, long seed, Integer... layerLengths) {
    return new Image(architecture, seed, List.of(layerLengths));
  }

  /** The list of images for several platforms (OCI image index). */
  public static byte[] index(List<Image> images) {
    return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
        .formatted(
            INDEX_TYPE,
            images.stream()
                .map(image ->
                    "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d,\"platform\":{\"os\":\"linux\",\"architecture\":\"%s\"}}"
                        .formatted(
                            MANIFEST_TYPE,
                            image.digest(),
                            image.manifest.length,
                            image.architecture))
                .collect(Collectors.joining(",")))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String descriptor(String type, String digest, int length) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}".formatted(type, digest, length);
  }

  private String add(byte[] blob) {
    String digest = digest(blob);
    blobs.put(digest, blob);
    return digest;
  }

  /** A tar archive of exactly this length: one file, or none when there is no room for it. */
  private static byte[] layer(String name, int length, long seed) {
    if (length < 2 * TAR_BLOCK || length % TAR_BLOCK != 0) {
      throw new IllegalArgumentException("no tar archive has " + length + " bytes");
    }
    byte[] tar = new byte[length];
    int content = length - 3 * TAR_BLOCK;
    if (content >= 0) {
      System.arraycopy(tarHeader(name, content), 0, tar, 0, TAR_BLOCK);
      SplittableRandom random = new SplittableRandom(seed);
      byte[] chunk = new byte[CHUNK];
      for (int at = 0; at < content; at += CHUNK) {
        random.nextBytes(chunk);
        System.arraycopy(chunk, 0, tar, TAR_BLOCK + at, Math.min(CHUNK, content - at));
      }
    }
    return tar;
  }

  /** POSIX ustar, IEEE 1003.1. */
  private static byte[] tarHeader(String name, int length) {
    byte[] header = new byte[TAR_BLOCK];
    put(header, 0, name);
    put(header, 100, "0000644");
    put(header, 108, "0000000");
    put(header, 116, "0000000");
    put(header, 124, "%011o".formatted(length));
    put(header, 136, "00000000000");
    put(header, 148, "        ");
    put(header, 156, "0");
    put(header, 257, "ustar\0" + "00");
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    put(header, 148, "%06o\0 ".formatted(sum));
    return header;
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  public static String digest(byte[] bytes) {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Config and layers by digest, {@code sha256:...}. */
  public Map<String, byte[]> blobs() {
    return blobs;
  }

  public byte[] manifest() {
    return manifest.clone();
  }

  /** Digest of the manifest. */
  public String digest() {
    return digest(manifest);
  }
}
