package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.dfdaemon.net.Headers;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * An error as registries tell it.
 *
 * @param status HTTP status
 * @param code code of the distribution specification, or one like it
 * @param message what was tried, what came, what to do
 * @param fault whose fault it is: backend, proxy or dfdaemon
 */
record OciError(int status, String code, String message, String fault) {
  static final String MEDIA_TYPE = "application/json";

  /** Never 429: runtimes would ask again and again instead of going to the registry. */
  static OciError of(DragonflyException e) {
    String message = String.valueOf(e.getMessage());
    return switch (e.code()) {
      case INVALID_ARGUMENT -> new OciError(400, "NAME_INVALID", message, "proxy");
      case PERMISSION_DENIED -> new OciError(403, "DENIED", message, "proxy");
      case RESOURCE_EXHAUSTED -> new OciError(503, "UNAVAILABLE", message, "proxy");
      case UNAVAILABLE, SOURCE_FAILED, SOURCE_CHANGED ->
          new OciError(502, "UNAVAILABLE", message, "backend");
      case DEADLINE_EXCEEDED -> new OciError(504, "UNAVAILABLE", message, "backend");
      case DIGEST_MISMATCH -> new OciError(502, "DIGEST_INVALID", message, "backend");
      case SOURCE_NOT_FOUND, NOT_FOUND -> new OciError(404, "BLOB_UNKNOWN", message, "backend");
      case SOURCE_UNAUTHORIZED -> new OciError(401, "UNAUTHORIZED", message, "backend");
      case SOURCE_FORBIDDEN -> new OciError(403, "DENIED", message, "backend");
      default -> new OciError(500, "UNKNOWN", message, "dfdaemon");
    };
  }

  Headers header() {
    return Headers.of("Content-Type", MEDIA_TYPE, "X-Dragonfly-Error-Type", fault);
  }

  String json() {
    return json(code, message);
  }

  /** The body of an error. */
  static String json(String code, String message) {
    return Json.MAPPER.writeValueAsString(
        Map.of("errors", List.of(new TreeMap<>(Map.of("code", code, "message", message)))));
  }

  /** Made for the first error: it is 500 classes, which few hosts need. */
  private static final class Json {
    static final JsonMapper MAPPER = new JsonMapper();
  }
}
