package dev.dragonfly.dfdaemon.doctor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * All findings, for people and for programs.
 *
 * @param subject what was looked at
 */
public record Report(String subject, List<Finding> findings) {
  private static final int WIDTH = 100;
  private static final int INDENT = 30;
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** Copies them. */
  public Report {
    findings = List.copyOf(findings);
  }

  /** Whether there is a problem. */
  public boolean hasProblem() {
    return count(Verdict.PROBLEM) > 0;
  }

  private long count(Verdict verdict) {
    return findings.stream().filter(finding -> finding.verdict() == verdict).count();
  }

  /** A table, and a last line that sums it up. */
  public String table() {
    StringBuilder text = new StringBuilder(subject).append("\n\n");
    for (Finding finding : findings) {
      text.append("  %-13s%-15s".formatted(finding.verdict().label(), finding.check()));
      wrap(finding.diagnosis().found(), "", text);
      if (!finding.diagnosis().advice().isEmpty()) {
        text.append(" ".repeat(INDENT));
        wrap(finding.diagnosis().advice(), "-> ", text);
      }
    }
    return text.append('\n').append(summary()).append('\n').toString();
  }

  private static void wrap(String words, String mark, StringBuilder text) {
    int column = INDENT + mark.length();
    text.append(mark);
    boolean isFirst = true;
    for (String word : words.strip().split("\\s+")) {
      if (!isFirst && column + 1 + word.length() > WIDTH) {
        text.append('\n').append(" ".repeat(INDENT + mark.length()));
        column = INDENT + mark.length();
      } else if (!isFirst) {
        text.append(' ');
        column++;
      }
      text.append(word);
      column += word.length();
      isFirst = false;
    }
    text.append('\n');
  }

  private String summary() {
    List<String> parts = new ArrayList<>();
    long problems = count(Verdict.PROBLEM);
    parts.add(problems == 0 ? "no problem" : problems == 1 ? "1 problem" : problems + " problems");
    long warnings = count(Verdict.WARNING);
    if (warnings > 0) {
      parts.add(warnings == 1 ? "1 warning" : warnings + " warnings");
    }
    parts.add(count(Verdict.OK) + " ok");
    long unchecked = count(Verdict.NOT_CHECKED);
    if (unchecked > 0) {
      parts.add(unchecked + " not checked");
    }
    return String.join(", ", parts);
  }

  /** One JSON document with the same. */
  public String json() {
    List<Map<String, String>> checks = new ArrayList<>();
    for (Finding finding : findings) {
      Map<String, String> check = new LinkedHashMap<>();
      check.put("check", finding.check());
      check.put("result", finding.verdict().name().toLowerCase(Locale.ROOT));
      check.put("found", finding.diagnosis().found());
      check.put("advice", finding.diagnosis().advice());
      checks.add(check);
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("subject", subject);
    document.put("problems", count(Verdict.PROBLEM));
    document.put("warnings", count(Verdict.WARNING));
    document.put("checks", checks);
    document.put("summary", summary());
    return MAPPER.writeValueAsString(document) + "\n";
  }
}
