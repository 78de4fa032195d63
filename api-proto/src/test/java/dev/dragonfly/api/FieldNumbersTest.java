package dev.dragonfly.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FileDescriptor;
import dev.dragonfly.api.common.v2.Common;
import dev.dragonfly.api.dfdaemon.v2.Dfdaemon;
import dev.dragonfly.api.errordetails.v2.Errordetails;
import dev.dragonfly.api.ext.v1.Jobs;
import dev.dragonfly.api.ext.v1.Manager;
import dev.dragonfly.api.ext.v1.Scheduler;
import dev.dragonfly.api.ext.v1.Task;
import dev.dragonfly.api.manager.v2.ManagerOuterClass;
import dev.dragonfly.api.scheduler.v2.SchedulerOuterClass;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The wire is what the pinned lists say: numbers, types and labels of fields, values of enums,
 * methods of services.
 */
final class FieldNumbersTest {
  private static final List<String> UPSTREAM =
      List.of(
          "upstream-common.txt",
          "upstream-errordetails.txt",
          "upstream-scheduler.txt",
          "upstream-dfdaemon.txt",
          "upstream-manager.txt");
  private static final String OURS = "ours.txt";
  private static final Pattern FIELD =
      Pattern.compile("(\\w+(?:\\.\\w+)*)\\.[a-z]\\w* = (\\d+) .+");

  private final Map<String, String> wire =
      WireText.of(
          List.<FileDescriptor>of(
              Common.getDescriptor(),
              Errordetails.getDescriptor(),
              SchedulerOuterClass.getDescriptor(),
              Dfdaemon.getDescriptor(),
              ManagerOuterClass.getDescriptor(),
              Task.getDescriptor(),
              Scheduler.getDescriptor(),
              Jobs.getDescriptor(),
              Manager.getDescriptor()));

  @Test
  void theWireIsWhatIsPinned() throws IOException {
    Map<String, String> pinned = new TreeMap<>(lines(OURS));
    for (String file : UPSTREAM) {
      pinned.putAll(lines(file));
    }

    assertThat(differences(pinned, wire))
        .as(
            "a deployed peer reads the wire by these numbers: never change or reuse one; a new one is added to "
                + "src/test/resources/dev/dragonfly/api too")
        .isEmpty();
  }

  @Test
  void whatWeAddToMessagesOfUpstreamIsNumberedFrom1000On() throws IOException {
    for (String line : lines(OURS).values()) {
      Matcher field = FIELD.matcher(line);
      if (field.matches() && !line.startsWith("dragonfly.ext.v1.")) {
        assertThat(Integer.parseInt(field.group(2))).as(line).isBetween(1000, 1999);
      }
    }
  }

  @Test
  void upstreamHasNoFieldInOurRange() throws IOException {
    for (String file : UPSTREAM) {
      for (String line : lines(file).values()) {
        Matcher field = FIELD.matcher(line);
        if (field.matches()) {
          assertThat(Integer.parseInt(field.group(2))).as(line).isLessThan(1000);
        }
      }
    }
  }

  @Test
  void aChangedAnAddedAndARemovedFieldAreToldApart() {
    Map<String, String> pinned = Map.of("a.M.x", "a.M.x = 1 string", "a.M.y", "a.M.y = 2 bool");
    Map<String, String> actual = Map.of("a.M.x", "a.M.x = 3 string", "a.M.z", "a.M.z = 4 bytes");

    assertThat(differences(pinned, actual))
        .containsExactly(
            "changed: pinned \"a.M.x = 1 string\", is \"a.M.x = 3 string\"",
            "removed: pinned \"a.M.y = 2 bool\"",
            "added: \"a.M.z = 4 bytes\"");
  }

  private static List<String> differences(Map<String, String> pinned, Map<String, String> actual) {
    List<String> differences = new ArrayList<>();
    TreeSet<String> keys = new TreeSet<>(pinned.keySet());
    keys.addAll(actual.keySet());
    for (String key : keys) {
      String before = pinned.get(key);
      String now = actual.get(key);
      if (before == null) {
        differences.add("added: \"" + now + "\"");
      } else if (now == null) {
        differences.add("removed: pinned \"" + before + "\"");
      } else if (!before.equals(now)) {
        differences.add("changed: pinned \"" + before + "\", is \"" + now + "\"");
      }
    }
    return differences;
  }

  private static Map<String, String> lines(String file) throws IOException {
    Map<String, String> lines = new TreeMap<>();
    try (InputStream in = FieldNumbersTest.class.getResourceAsStream(file)) {
      assertThat(in).as(file).isNotNull();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        if (!line.isBlank() && !line.startsWith("#")) {
          assertThat(lines.put(WireText.key(line), line))
              .as("%s pins it twice: %s", file, line)
              .isNull();
        }
      }
    }
    return lines;
  }
}
