package dev.dragonfly.common.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.TaskKind;
import dev.dragonfly.common.task.TaskSpec;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class HostPolicyTest {
  private static final String URL = "https://user:secret@files.local/models/a.bin?token=secret";

  @Test
  void eachListOfEachKindRefusesDownloadsOfItsOwnOnly() {
    HostPolicy policy =
        read(
            """
            {"block_list":{
              "task":{"download":{"applications":["bad-app"],"urls":["/models/"],"tags":["bad-tag"],"priorities":[6]}},
              "persistent_task":{"upload":{"tags":["up"]}},
              "persistentCacheTask":{"download":{"urls":["cached"]},"upload":{"applications":["up"]}}}}
            """);
    assertThat(rule(policy, TaskKind.STANDARD, "http://h/x", "bad-app", "", 0))
        .hasValue("applications 'bad-app'");
    assertThat(rule(policy, TaskKind.STANDARD, "http://h/x", "", "bad-tag", 0))
        .hasValue("tags 'bad-tag'");
    assertThat(rule(policy, TaskKind.STANDARD, "http://h/x", "", "", 6)).hasValue("priorities 6");
    assertThat(rule(policy, TaskKind.STANDARD, URL, "", "", 0)).hasValue("urls '/models/'");
    assertThat(rule(policy, TaskKind.STANDARD, "http://h/x", "good", "good", 3)).isEmpty();
    assertThat(rule(policy, TaskKind.PERSISTENT, URL, "bad-app", "up", 6)).isEmpty();
    assertThat(rule(policy, TaskKind.PERSISTENT_CACHE, "http://h/cached", "", "", 0)).isPresent();
  }

  @Test
  void whatDoesNotParseIsSkippedAndTheRestHolds() {
    HostPolicy policy =
        read(
            """
            {"block_list":{"task":{"download":{"urls":["(unclosed",null,7,"good"],
              "applications":null,"tags":"no list","priorities":[null,"1",2]}},
              "persistent_task":"nonsense"},"load_limit":"many"}
            """);
    assertThat(rule(policy, TaskKind.STANDARD, "http://h/good", "", "", 0)).isPresent();
    assertThat(rule(policy, TaskKind.STANDARD, "http://h/x", "", "", 2)).isPresent();
    assertThat(rule(policy, TaskKind.STANDARD, "http://h/unclosed", "", "", 1)).isEmpty();
    assertThat(policy.loadLimit()).isEmpty();
  }

  @Test
  void noJsonNoPolicy() {
    for (String text : new String[] {"", "not json", "[]", "null", "{}"}) {
      HostPolicy policy = HostPolicyReader.read(new PolicyText(text, text));
      assertThat(rule(policy, TaskKind.STANDARD, URL, "a", "b", 1)).isEmpty();
      assertThat(policy.loadLimit()).isEmpty();
    }
  }

  @Test
  void anExpressionThatWouldBacktrackForeverIsJustSlowerThanOthers() {
    HostPolicy policy = read("{\"block_list\":{\"task\":{\"download\":{\"urls\":[\"^(a+)+$\"]}}}}");
    assertThat(rule(policy, TaskKind.STANDARD, "a".repeat(5_000) + "!", "", "", 0)).isEmpty();
  }

  @Test
  void theLoadLimitIsReadFromItsOwnDocument() {
    PolicyText apart = new PolicyText("{}", "{\"load_limit\":17}");
    assertThat(HostPolicyReader.read(apart).loadLimit()).hasValue(17);
    PolicyText wrong = new PolicyText("{\"load_limit\":17}", "{\"load_limit\":0}");
    assertThat(HostPolicyReader.read(wrong).loadLimit()).isEmpty();
  }

  @Test
  void theRefusalNamesTheRuleAndNoSecret() {
    HostPolicy policy =
        read("{\"block_list\":{\"task\":{\"download\":{\"urls\":[\"/models/\"]}}}}");
    Intent intent = Intent.download(TaskSpec.ofUrl(URL), 0);
    assertThatThrownBy(() -> policy.blocks().check(intent))
        .isInstanceOfSatisfying(
            DragonflyException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.PERMISSION_DENIED))
        .hasMessageContaining("download rejected by blocklist policy")
        .hasMessageContaining("urls '/models/'")
        .hasMessageNotContaining("secret");
  }

  private static HostPolicy read(String text) {
    return HostPolicyReader.read(new PolicyText(text, text));
  }

  private static Optional<String> rule(
      HostPolicy policy, TaskKind kind, String url, String application, String tag, int priority) {
    return policy
        .blocks()
        .ruleAgainst(new Intent(kind, url, given(application), given(tag), priority));
  }

  private static Optional<String> given(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }
}
