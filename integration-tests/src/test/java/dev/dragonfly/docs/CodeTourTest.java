package dev.dragonfly.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The pages that name classes and packages name those that are there. */
class CodeTourTest {
  private static final Pattern CLASS = Pattern.compile("`([A-Z]\\w*[a-z]\\w*)(?:\\.\\w+)*`");
  private static final Pattern PACKAGE =
      Pattern.compile(
          "`((?:common|manager|scheduler|dfdaemon|seedpeer|cluster|bench|lab|registry)(?:\\.[a-z]+)*)`");
  private static final Set<String> ELSEWHERE = Set.of("common.testing");

  @Test
  void everyClassOfTheCodeTourExists() {
    assertThat(SourceTree.types()).containsAll(named("code-tour.md", CLASS));
  }

  @Test
  void everyClassOfTheVocabularyExists() {
    assertThat(SourceTree.types()).containsAll(named("vocabulary.md", CLASS));
  }

  @Test
  void theCodeTourNamesEveryPackageAndNoOther() {
    Set<String> named = named("code-tour.md", PACKAGE);
    named.removeAll(ELSEWHERE);
    assertThat(named).isEqualTo(SourceTree.packages());
  }

  private static Set<String> named(String page, Pattern what) {
    Set<String> names = new TreeSet<>();
    Matcher matcher = what.matcher(SourceTree.read(SourceTree.page(page)));
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    assertThat(names).as("names in " + page).hasSizeGreaterThan(20);
    return names;
  }
}
