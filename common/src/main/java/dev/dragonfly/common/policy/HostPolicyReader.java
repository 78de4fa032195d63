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

/**
 * Reads what a manager says of hosts. What is broken is skipped and logged, the rest holds: one bad
 * expression must not open everything else. Names may be written as {@code block_list} or {@code
 * blockList}, as upstream daemons take both.
 */
public final class HostPolicyReader {
  private static final Logger LOG = LoggerFactory.getLogger(HostPolicyReader.class);

  /** As many as our manager lets in; another one must not fill the memory of its daemons. */
  private static final int MOST_RULES = 1_000;

  private static final int LONGEST_EXPRESSION = 4_096;

  private HostPolicyReader() {}

  /** The policy that two documents give; a text that is no JSON gives nothing. */
  public static HostPolicy read(PolicyText text) {
    int limit = member(parse(text.load()), "load_limit").map(HostPolicyReader::number).orElse(0);
    return new HostPolicy(
        blockList(parse(text.blocks())), limit > 0 ? OptionalInt.of(limit) : OptionalInt.empty());
  }

  private static int number(Object value) {
    try {
      return value instanceof Integer number ? number : Integer.parseInt(value.toString());
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static Map<?, ?> parse(String text) {
    try {
      return text.isBlank() ? Map.of() : PolicyJson.read(text);
    } catch (JacksonException e) {
      LOG.warn("configuration of hosts is no JSON reason=\"{}\"", e.getOriginalMessage());
      return Map.of();
    }
  }

  private static BlockList blockList(Map<?, ?> document) {
    Optional<Object> list = member(document, "block_list");
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

  private static BlockRules rules(Object node) {
    return new BlockRules(
        distinct(node, "applications", HostPolicyReader::text),
        values(node, "urls", HostPolicyReader::expression),
        distinct(node, "tags", HostPolicyReader::text),
        distinct(
            node,
            "priorities",
            value ->
                value instanceof Integer number ? Optional.of(number) : Optional.<Integer>empty()));
  }

  private static Optional<String> text(Object value) {
    return value instanceof String text ? Optional.of(text) : Optional.empty();
  }

  private static Optional<Pattern> expression(Object value) {
    Optional<String> text = text(value).filter(given -> given.length() <= LONGEST_EXPRESSION);
    try {
      return text.map(Pattern::compile);
    } catch (PatternSyntaxException e) {
      return Optional.empty();
    }
  }

  private static <T> Set<T> distinct(
      Object node, String name, Function<Object, Optional<T>> reader) {
    return new HashSet<>(values(node, name, reader));
  }

  private static <T> List<T> values(
      Object node, String name, Function<Object, Optional<T>> reader) {
    List<T> values = new ArrayList<>();
    for (Object value :
        member(node, name).orElse(List.of()) instanceof List<?> list ? list : List.of()) {
      Optional<T> read = values.size() < MOST_RULES ? reader.apply(value) : Optional.empty();
      read.ifPresent(values::add);
      if (read.isEmpty()) {
        LOG.warn("rule of the block list skipped list={} rule={}", name, value);
      }
    }
    return values;
  }

  private static Optional<Object> member(Object node, String name) {
    if (!(node instanceof Map<?, ?> keys)) {
      return Optional.empty();
    }
    for (Map.Entry<?, ?> entry : keys.entrySet()) {
      if (entry.getKey().toString().replace("_", "").equalsIgnoreCase(name.replace("_", ""))) {
        return Optional.of(entry.getValue());
      }
    }
    return Optional.empty();
  }
}
