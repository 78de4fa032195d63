package dev.dragonfly.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page quotes what the programs print. */
class TroubleshootingTest {
  private static final Path PAGE = SourceTree.ROOT.resolve("docs/troubleshooting.md");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+)` \\|");
  private static final String DIFFERS = "…";

  /** Where a literal goes on on the next line. */
  private static final Pattern JOINED = Pattern.compile("\"\\s*\\+\\s*\"");

  @Test
  void everyMessageOfThePageIsInTheSource() {
    List<String> sources =
        SourceTree.javaFiles("main").stream().map(TroubleshootingTest::literals).toList();

    List<String> gone =
        messages().stream()
            .filter(message -> sources.stream().noneMatch(text -> prints(text, message)))
            .toList();

    assertThat(gone).isEmpty();
  }

  @Test
  void thereAreManyOfThem() {
    assertThat(messages()).hasSizeGreaterThanOrEqualTo(20);
  }

  private static List<String> messages() {
    List<String> messages = new ArrayList<>();
    Matcher matcher = ROW.matcher(SourceTree.read(PAGE));
    while (matcher.find()) {
      messages.add(matcher.group(1));
    }
    return messages;
  }

  /** All parts between what differs stand in one source file. */
  private static boolean prints(String source, String message) {
    return Arrays.stream(message.split(DIFFERS))
        .map(String::strip)
        .filter(part -> part.length() > 2)
        .allMatch(source::contains);
  }

  private static String literals(Path file) {
    return JOINED.matcher(SourceTree.read(file)).replaceAll("").replace("\\\"", "\"");
  }
}
