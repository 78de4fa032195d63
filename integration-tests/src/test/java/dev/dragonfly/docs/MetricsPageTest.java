package dev.dragonfly.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page of metrics has the metrics of the code and no other. */
class MetricsPageTest {
  private static final Pattern NAME =
      Pattern.compile("\"(dragonfly_(?:manager|scheduler|dfdaemon)_\\w*)\"");
  private static final Pattern CONSTANT = Pattern.compile("(\\w+) = \"(dragonfly_\\w+_)\"");
  private static final Pattern ON_THE_PAGE = Pattern.compile("(?m)^\\| `(dragonfly_\\w+)`");

  /** What the form of Prometheus adds to counters and timers. */
  private static final Pattern ENDING = Pattern.compile("(_total|_seconds)$");

  @Test
  void thePageNamesEveryMetricOfTheCodeAndNoOther() {
    assertThat(inThePage()).isEqualTo(inTheCode());
  }

  private static Set<String> inTheCode() {
    Set<String> names = new TreeSet<>();
    for (Path file : SourceTree.javaFiles("main")) {
      String text = SourceTree.read(file);
      Matcher name = NAME.matcher(text);
      while (name.find()) {
        if (!name.group(1).endsWith("_")) {
          names.add(base(name.group(1)));
        }
      }
      Matcher constant = CONSTANT.matcher(text);
      while (constant.find()) {
        addAll(
            names, constant.group(2), Pattern.compile(constant.group(1) + " \\+ \"(\\w+)\""), text);
      }
    }
    assertThat(names).hasSizeGreaterThan(10);
    return names;
  }

  private static void addAll(Set<String> names, String prefix, Pattern uses, String text) {
    Matcher use = uses.matcher(text);
    while (use.find()) {
      names.add(base(prefix + use.group(1)));
    }
  }

  private static Set<String> inThePage() {
    Set<String> names = new TreeSet<>();
    Matcher name = ON_THE_PAGE.matcher(SourceTree.read(SourceTree.page("metrics.md")));
    while (name.find()) {
      names.add(base(name.group(1)));
    }
    return names;
  }

  private static String base(String name) {
    return ENDING.matcher(name).replaceFirst("");
  }
}
