package dev.dragonfly.common.policy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.dragonfly.common.task.TaskKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads what a manager says of hosts. What is broken is skipped and logged, the rest holds: one bad
 * expression must not open everything else. Names may be written as {@code block_list} or {@code
 * blockList}, as upstream daemons take both.
 */
public final class HostPolicyReader {
  private static final Logger LOG = LoggerFactory.getLogger(HostPolicyReader.class);
  private static final JsonMapper JSON = new JsonMapper();

  /** As many as our manager lets in; another one must not fill the memory of its daemons. */
  private static final int MOST_RULES = 1_000;

  private static final int LONGEST_EXPRESSION = 4_096;

  private HostPolicyReader() {}

  /** The policy that two documents give; a text that is no JSON gives nothing. */
  public static HostPolicy read(PolicyText text) {
    int limit = member(parse(text.load()), "load_limit").map(node -> node.asInt(0)).orElse(0);
    return new HostPolicy(
        blockList(parse(text.blocks())), limit > 0 ? OptionalInt.of(limit) : OptionalInt.empty());
  }

  private static JsonNode parse(String text) {
    try {
      return text.isBlank() ? JSON.createObjectNode() : JSON.readTree(text);
    } catch (JacksonException e) {
      LOG.warn("configuration of hosts is no JSON reason=\"{}\"", e.getOriginalMessage());
      return JSON.createObjectNode();
    }
  }

  private static BlockList blockList(JsonNode document) {
    Optional<JsonNode> list = member(document, "block_list");
    Map<TaskKind, BlockRules> rules = new HashMap<>();
    for (TaskKind kind : TaskKind.values()) {
      list.flatMap(node -> member(node, family(kind)))
          .flatMap(node -> member(node, "download"))
          .ifPresent(node -> rules.put(kind, rules(node)));
    }
    return new BlockList(rules);
  }

  /** What a block list calls a kind of task. */
  private static String family(TaskKind kind) {
    return kind == TaskKind.STANDARD ? "task" : kind.name().toLowerCase(Locale.ROOT) + "_task";
  }

  private static BlockRules rules(JsonNode node) {
    return new BlockRules(
        distinct(node, "applications", HostPolicyReader::text),
        values(node, "urls", HostPolicyReader::expression),
        distinct(node, "tags", HostPolicyReader::text),
        distinct(
            node,
            "priorities",
            value -> value.isInt() ? Optional.of(value.intValue()) : Optional.<Integer>empty()));
  }

  private static Optional<String> text(JsonNode value) {
    return value.isString() ? Optional.of(value.stringValue()) : Optional.empty();
  }

  private static Optional<Pattern> expression(JsonNode value) {
    Optional<String> text = text(value).filter(given -> given.length() <= LONGEST_EXPRESSION);
    try {
      return text.map(Pattern::compile);
    } catch (PatternSyntaxException e) {
      return Optional.empty();
    }
  }

  private static <T> Set<T> distinct(
      JsonNode node, String name, Function<JsonNode, Optional<T>> reader) {
    return new HashSet<>(values(node, name, reader));
  }

  private static <T> List<T> values(
      JsonNode node, String name, Function<JsonNode, Optional<T>> reader) {
    List<T> values = new ArrayList<>();
    for (JsonNode value : member(node, name).orElseGet(JSON::createArrayNode)) {
      Optional<T> read = values.size() < MOST_RULES ? reader.apply(value) : Optional.empty();
      read.ifPresent(values::add);
      if (read.isEmpty()) {
        LOG.warn("rule of the block list skipped list={} rule={}", name, value);
      }
    }
    return values;
  }

  private static Optional<JsonNode> member(JsonNode node, String name) {
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      if (entry.getKey().replace("_", "").equalsIgnoreCase(name.replace("_", ""))
          && !entry.getValue().isNull()) {
        return Optional.of(entry.getValue());
      }
    }
    return Optional.empty();
  }
}
