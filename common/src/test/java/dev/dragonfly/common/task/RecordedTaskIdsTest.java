package dev.dragonfly.common.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.config.DataSize;
import dev.dragonfly.common.digest.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The ids that upstream's own daemon gave to recorded calls of its dfget are ours too. */
final class RecordedTaskIdsTest {
  private static final int RECORDED = 28;

  @TestFactory
  List<DynamicTest> weGiveTheIdThatUpstreamGave() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    try (InputStream in = getClass().getResourceAsStream("dfget-task-ids.json")) {
      for (JsonNode call : JsonMapper.shared().readTree(in)) {
        List<String> args = new ArrayList<>();
        call.get("dfget_args").forEach(arg -> args.add(arg.asString()));
        tests.add(DynamicTest.dynamicTest(String.join(" ", args), () -> check(args, call)));
      }
    }
    assertThat(tests).hasSize(RECORDED);
    return tests;
  }

  private static void check(List<String> args, JsonNode call) {
    String id = TaskIdCalculator.taskId(spec(args)).value();

    if (call.get("task_id").isNull()) {
      assertThat(call.get("exit").asInt()).as("a call without an id failed").isNotZero();
      assertThat(id).hasSize(64);
    } else {
      assertThat(id).isEqualTo(call.get("task_id").asString());
    }
  }

  private static TaskSpec spec(List<String> args) {
    Map<String, String> options = new HashMap<>();
    for (int i = 1; i < args.size(); i += 2) {
      options.put(args.get(i), args.get(i + 1));
    }
    String filtered = options.get("--filtered-query-param");
    String pieceLength = options.get("--piece-length");
    return new TaskSpec(
        TaskKind.STANDARD,
        args.get(0),
        Optional.ofNullable(options.get("--digest")).map(Digest::parse),
        Optional.ofNullable(options.get("--tag")),
        Optional.ofNullable(options.get("--application")),
        filtered == null ? DefaultFilteredQueryParams.ALL : List.of(filtered),
        Map.of(),
        pieceLength == null
            ? OptionalLong.empty()
            : OptionalLong.of(DataSize.parse(pieceLength).bytes()),
        Optional.ofNullable(options.get("--content-for-calculating-task-id")),
        false);
  }
}
