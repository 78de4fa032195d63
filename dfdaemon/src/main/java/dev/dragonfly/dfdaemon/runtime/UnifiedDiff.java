package dev.dragonfly.dfdaemon.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Differences of two texts in the form that patch reads. */
final class UnifiedDiff {
  private static final int CONTEXT = 3;

  /** A line with its sign: space, minus or plus. */
  private record Line(char sign, String text) {}

  private UnifiedDiff() {}

  /** The difference; an absent text is /dev/null. */
  static String of(String file, Optional<String> before, Optional<String> after) {
    StringBuilder text = new StringBuilder();
    text.append("--- ").append(before.isPresent() ? file : "/dev/null").append('\n');
    text.append("+++ ").append(after.isPresent() ? file : "/dev/null").append('\n');
    List<Line> lines = compare(TomlText.lines(before.orElse("")), TomlText.lines(after.orElse("")));
    int at = 0;
    while (at < lines.size()) {
      if (lines.get(at).sign() == ' ') {
        at++;
        continue;
      }
      int from = Math.max(0, at - CONTEXT);
      int last = at; // last change of the hunk: further ones are near enough to share their context
      for (int i = at; i < lines.size() && i <= last + 2 * CONTEXT; i++) {
        last = lines.get(i).sign() == ' ' ? last : i;
      }
      int to = Math.min(lines.size(), last + 1 + CONTEXT);
      hunk(lines, from, to, text);
      at = to;
    }
    return text.toString();
  }

  private static void hunk(List<Line> lines, int from, int to, StringBuilder text) {
    List<Line> hunk = lines.subList(from, to);
    text.append("@@ -").append(range(lines.subList(0, from), hunk, '+'));
    text.append(" +").append(range(lines.subList(0, from), hunk, '-')).append(" @@\n");
    for (Line line : hunk) {
      text.append(line.sign()).append(line.text());
      text.append(line.text().endsWith("\n") ? "" : "\n\\ No newline at end of file\n");
    }
  }

  private static String range(List<Line> earlier, List<Line> hunk, char other) {
    long start = earlier.stream().filter(line -> line.sign() != other).count();
    long length = hunk.stream().filter(line -> line.sign() != other).count();
    return (length == 0 ? start : start + 1) + "," + length;
  }

  /** By the longest common subsequence; configurations are short. */
  private static List<Line> compare(List<String> before, List<String> after) {
    int[][] common = new int[before.size() + 1][after.size() + 1];
    for (int i = before.size() - 1; i >= 0; i--) {
      for (int j = after.size() - 1; j >= 0; j--) {
        common[i][j] =
            before.get(i).equals(after.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    List<Line> lines = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < before.size() || j < after.size()) {
      if (i < before.size() && j < after.size() && before.get(i).equals(after.get(j))) {
        lines.add(new Line(' ', before.get(i++)));
        j++;
      } else if (i < before.size() && (j == after.size() || common[i + 1][j] >= common[i][j + 1])) {
        lines.add(new Line('-', before.get(i++)));
      } else {
        lines.add(new Line('+', after.get(j++)));
      }
    }
    return lines;
  }
}
