package dev.dragonfly.manager.job;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.manager.dynconfig.JsonDocument;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Parts the arguments of a job into what is shown and what is secret: passwords, keys of stores and
 * the values of all headers, whose names stay. Where something secret was stands {@code ***}.
 *
 * @param shown with {@code ***}
 * @param secret the same tree with nothing but the secrets
 */
record ArgSecrets(JsonDocument shown, JsonDocument secret) {
  static final String MASK = "***";

  private static final List<List<String>> SECRETS =
      List.of(
          List.of("password"),
          List.of("object_storage", "access_key_secret"),
          List.of("object_storage", "session_token"),
          List.of("object_storage", "security_token"),
          List.of("hdfs", "delegation_token"));

  static ArgSecrets split(JsonDocument args) {
    ObjectNode shown = args.node();
    ObjectNode secret = JsonNodeFactory.instance.objectNode();
    each(
        shown,
        (parent, path) -> {
          ObjectNode place = secret;
          for (String step : path.subList(0, path.size() - 1)) {
            place = place.withObject("/" + step);
          }
          String name = path.getLast();
          place.set(name, parent.get(name));
          parent.put(name, MASK);
        });
    return new ArgSecrets(JsonDocument.of(shown), JsonDocument.of(secret));
  }

  /** The arguments as they came. */
  static JsonDocument join(JsonDocument shown, JsonDocument secret) {
    ObjectNode whole = shown.node();
    overlay(whole, secret.node());
    return JsonDocument.of(whole);
  }

  /**
   * Arguments to be used again.
   *
   * @throws DragonflyException INVALID_ARGUMENT when something secret is missing
   */
  static JsonDocument complete(JsonDocument args) {
    each(
        args.node(),
        (parent, path) -> {
          if (parent.path(path.getLast()).asString("").equals(MASK)) {
            throw new DragonflyException(
                ErrorCode.INVALID_ARGUMENT,
                "args.%s was forgotten when the job ended: give it again"
                    .formatted(String.join(".", path)));
          }
        });
    return args;
  }

  /** Visits every secret that is there: the object that holds it, and the path to it. */
  private static void each(ObjectNode args, BiConsumer<ObjectNode, List<String>> visitor) {
    for (List<String> path : SECRETS) {
      ObjectNode parent = parent(args, path);
      if (parent != null && !parent.path(path.getLast()).asString("").isEmpty()) {
        visitor.accept(parent, path);
      }
    }
    if (args.get("headers") instanceof ObjectNode headers) {
      for (String name : List.copyOf(headers.propertyNames())) {
        visitor.accept(headers, List.of("headers", name));
      }
    }
  }

  private static @Nullable ObjectNode parent(ObjectNode args, List<String> path) {
    JsonNode at = args;
    for (String step : path.subList(0, path.size() - 1)) {
      at = at.path(step);
    }
    return at instanceof ObjectNode parent ? parent : null;
  }

  private static void overlay(ObjectNode under, ObjectNode over) {
    over.forEachEntry((name, value) -> {
      if (value instanceof ObjectNode object && under.get(name) instanceof ObjectNode below) {
        overlay(below, object);
      } else {
        under.set(name, value);
      }
    });
  }
}
