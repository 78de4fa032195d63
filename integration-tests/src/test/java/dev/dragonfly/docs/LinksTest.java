package dev.dragonfly.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Links between the pages lead somewhere. */
class LinksTest {
  private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```");
  private static final Pattern CODE = Pattern.compile("`[^`\n]*`");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?) *$");
  private static final Pattern PAGE = Pattern.compile("docs/[a-z0-9/-]+\\.(?:md|yaml)");
  private static final Pattern OUTSIDE = Pattern.compile("[a-z]+:.*");

  @Test
  void everyLinkLeadsToAFileAndAHeadingThatExist() {
    List<String> broken = new ArrayList<>();
    int links = 0;
    for (Path page : SourceTree.pages()) {
      Matcher matcher = LINK.matcher(withoutCode(SourceTree.read(page)));
      while (matcher.find()) {
        links++;
        String target = matcher.group(1);
        if (!OUTSIDE.matcher(target).matches() && !leadsSomewhere(page, target)) {
          broken.add(SourceTree.ROOT.relativize(page) + " -> " + target);
        }
      }
    }
    assertThat(broken).isEmpty();
    assertThat(links).isPositive();
  }

  @Test
  void everyPageThatTheSourcesNameExists() {
    Set<String> missing = new TreeSet<>();
    for (Path file : SourceTree.javaFiles("main", "test")) {
      Matcher matcher = PAGE.matcher(SourceTree.read(file));
      while (matcher.find()) {
        if (!Files.exists(SourceTree.ROOT.resolve(matcher.group()))) {
          missing.add(file.getFileName() + " -> " + matcher.group());
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  private static boolean leadsSomewhere(Path page, String target) {
    int hash = target.indexOf('#');
    String file = hash < 0 ? target : target.substring(0, hash);
    Path path = file.isEmpty() ? page : page.resolveSibling(file).normalize();
    if (hash < 0) {
      return Files.exists(path);
    }
    return Files.isRegularFile(path) && anchors(path).contains(target.substring(hash + 1));
  }

  /** As the usual viewers make them: lower case, no punctuation, hyphens for spaces. */
  private static Set<String> anchors(Path page) {
    Set<String> anchors = new TreeSet<>();
    Matcher matcher = HEADING.matcher(FENCED.matcher(SourceTree.read(page)).replaceAll(""));
    while (matcher.find()) {
      anchors.add(
          matcher.group(1).toLowerCase(Locale.ROOT).replaceAll("[^\\w\\- ]", "").replace(' ', '-'));
    }
    return anchors;
  }

  private static String withoutCode(String text) {
    return CODE.matcher(FENCED.matcher(text).replaceAll("")).replaceAll("");
  }
}
