package dev.dragonfly.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page of compatibility has our fields and the calls that are answered. */
class CompatibilityPageTest {
  private static final Path PROTO = SourceTree.ROOT.resolve("api-proto").resolve("src/main/proto");
  private static final Pattern MESSAGE = Pattern.compile("^message (\\w+)");
  private static final Pattern OWN_FIELD = Pattern.compile("(\\w+) = (1\\d{3});");
  private static final Pattern FIELD_ROW =
      Pattern.compile("(?m)^\\| `(\\w+\\.\\w+)` \\| (\\d+) \\|");
  private static final Pattern HANDLER =
      Pattern.compile(
          "@Override\\s+public (?:void|StreamObserver<\\w+>) (\\w+)\\(\\s*\\w*(?:Request|<\\w+Request>|Observer<\\w+>) ");
  private static final Pattern CALL = Pattern.compile("\\b[A-Z]\\w+");

  @Test
  void thePageNamesEveryFieldOfOursAndNoOther() {
    Set<String> inTheCode = new TreeSet<>();
    for (String file :
        List.of(
            "common/v2/common",
            "scheduler/v2/scheduler",
            "dfdaemon/v2/dfdaemon",
            "manager/v2/manager")) {
      String message = "";
      for (String line : SourceTree.read(PROTO.resolve(file + ".proto")).lines().toList()) {
        Matcher begin = MESSAGE.matcher(line);
        message = begin.find() ? begin.group(1) : message;
        Matcher field = OWN_FIELD.matcher(line);
        if (field.find()) {
          inTheCode.add(message + "." + field.group(1) + " " + field.group(2));
        }
      }
    }
    Set<String> inThePage = new TreeSet<>();
    Matcher row = FIELD_ROW.matcher(page());
    while (row.find()) {
      inThePage.add(row.group(1) + " " + row.group(2));
    }
    assertThat(inThePage).isEqualTo(inTheCode).isNotEmpty();
  }

  @Test
  void thePageNamesEveryCallThatIsAnswered() {
    assertThat(named("scheduler.v2.Scheduler")).isEqualTo(answeredBy("SchedulerService"));
    assertThat(named("dfdaemon.v2.DfdaemonUpload")).isEqualTo(answeredBy("UploadService"));
    assertThat(named("dfdaemon.v2.DfdaemonDownload")).isEqualTo(answeredBy("DownloadService"));
    assertThat(named("manager.v2.Manager")).isEqualTo(answeredBy("ManagerService"));
  }

  private static String page() {
    return SourceTree.read(SourceTree.page("compatibility.md"));
  }

  private static Set<String> named(String service) {
    Matcher row =
        Pattern.compile("(?m)^\\| `" + Pattern.quote(service) + "` \\| (.*) \\|$").matcher(page());
    assertThat(row.find()).as("row of " + service).isTrue();
    Set<String> calls = new TreeSet<>();
    Matcher call = CALL.matcher(row.group(1));
    while (call.find()) {
      calls.add(call.group());
    }
    return calls;
  }

  private static Set<String> answeredBy(String type) {
    Path file =
        SourceTree.javaFiles("main").stream()
            .filter(source -> source.endsWith(type + ".java"))
            .findFirst()
            .orElseThrow();
    Set<String> calls = new TreeSet<>();
    Matcher handler = HANDLER.matcher(SourceTree.read(file));
    while (handler.find()) {
      String name = handler.group(1);
      calls.add(Character.toUpperCase(name.charAt(0)) + name.substring(1));
    }
    return calls;
  }
}
