package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.dfdaemon.net.Headers;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The headers of shared content, the same from the cache as from its origin. */
final class ContentHeader {
  private static final List<String> OF_A_FILE =
      List.of(
          "Content-Type",
          "Content-Disposition",
          "Content-Language",
          "Cache-Control",
          "Last-Modified",
          "ETag");

  private ContentHeader() {}

  /**
   * All headers but the length.
   *
   * @param part what is sent when it is a part
   * @param finished whether everything was here when the request came
   */
  static Headers of(
      Route.ViaTask route, StoredTask stored, Optional<ByteRange> part, boolean finished) {
    TaskFacts facts = stored.facts();
    List<Map.Entry<String, String>> header = new ArrayList<>();
    switch (route.what()) {
      case BLOB ->
          header.add(
              Map.entry(
                  "Content-Type",
                  facts.responseHeader().getOrDefault("content-type", "application/octet-stream")));
      case MANIFEST -> header.add(Map.entry("Content-Type", ManifestType.of(stored)));
      case FILE -> {
        for (String name : OF_A_FILE) {
          String value = facts.responseHeader().get(name.toLowerCase(java.util.Locale.ROOT));
          if (value != null) {
            header.add(Map.entry(name, value));
          }
        }
      }
    }
    Optional<Digest> digest = route.spec().digest();
    if (digest.isPresent()) {
      header.add(Map.entry("Docker-Content-Digest", digest.get().toString()));
      header.add(Map.entry("Docker-Distribution-Api-Version", "registry/2.0"));
      header.add(Map.entry("ETag", "\"" + digest.get() + "\""));
    }
    header.add(Map.entry("Accept-Ranges", "bytes"));
    part.ifPresent(bytes ->
        header.add(
            Map.entry(
                "Content-Range",
                "bytes %d-%d/%d"
                    .formatted(
                        bytes.start(), bytes.end() - 1, facts.contentLength().orElseThrow()))));
    header.add(Map.entry("X-Dragonfly-Task-ID", stored.id().value()));
    if (finished) {
      header.add(Map.entry("X-Dragonfly-Task-Download-Finished", "true"));
    }
    return new Headers(header);
  }
}
