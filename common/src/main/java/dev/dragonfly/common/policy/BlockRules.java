package dev.dragonfly.common.policy;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The rules for one kind of task: what matches one of them is refused.
 *
 * @param applications names that are equal
 * @param urls expressions found anywhere in the URL; RE2, so that none can hold a thread
 * @param tags names that are equal
 * @param priorities numbers as on the wire
 */
record BlockRules(
    Set<String> applications, List<Pattern> urls, Set<String> tags, Set<Integer> priorities) {
  BlockRules {
    applications = Set.copyOf(applications);
    urls = List.copyOf(urls);
    tags = Set.copyOf(tags);
    priorities = Set.copyOf(priorities);
  }

  boolean isEmpty() {
    return applications.isEmpty() && urls.isEmpty() && tags.isEmpty() && priorities.isEmpty();
  }

  /** The rule that refuses it, in words; absent where none does. */
  Optional<String> against(Intent intent) {
    Optional<String> named =
        intent
            .application()
            .filter(applications::contains)
            .map(name -> "applications '" + name + "'")
            .or(() -> intent.tag().filter(tags::contains).map(tag -> "tags '" + tag + "'"));
    if (named.isPresent()) {
      return named;
    }
    if (priorities.contains(intent.priority())) {
      return Optional.of("priorities " + intent.priority());
    }
    for (Pattern url : urls) {
      if (url.matcher(intent.url()).find()) {
        return Optional.of("urls '" + url.pattern() + "'");
      }
    }
    return Optional.empty();
  }
}
