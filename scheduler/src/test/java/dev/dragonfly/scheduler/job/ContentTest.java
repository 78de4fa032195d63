package dev.dragonfly.scheduler.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.common.task.TaskKind;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.scheduler.testing.Samples;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ContentTest {
  private static final String HEX = "ab".repeat(32);
  private static final String BLOB = "https://registry.test/v2/team/app/blobs/sha256:" + HEX;
  private static final String MANIFEST =
      "https://registry.test/v2/team/app/manifests/sha256:" + HEX;

  private final TaskSpec shared =
      new TaskSpec(
          TaskKind.STANDARD,
          "https://any.test/",
          Optional.empty(),
          Optional.of("tag"),
          Optional.of("app"),
          List.of("ns"),
          Map.of(),
          OptionalLong.of(8 << 20),
          Optional.empty(),
          false);

  @Test
  void ourDaemonsKnowABlobByItsDigestAsTheirProxiesDo() {
    Content blob = Content.of(BLOB + "?ns=registry.test", shared);

    assertThat(blob.taskOn(Samples.host("ours"))).isEqualTo(new TaskId(HEX));
    assertThat(blob.on(Samples.host("ours")).pieceLength()).isEmpty();
  }

  @Test
  void upstreamsDaemonsKnowItByItsUrl() {
    TaskId byUrl = TaskIdCalculator.taskId(shared.withUrl(BLOB));

    assertThat(Content.of(BLOB, shared).taskOn(Samples.upstream("theirs"))).isEqualTo(byUrl);
    assertThat(Content.of(BLOB, shared).tasks()).containsExactly(new TaskId(HEX), byUrl);
  }

  @Test
  void ourDaemonsKnowAManifestByItsDigestButNotAsABlob() {
    TaskId task = Content.of(MANIFEST, shared).taskOn(Samples.host("ours"));

    assertThat(task).isEqualTo(TaskIdCalculator.ofContent("manifest sha256:" + HEX));
    assertThat(Content.of(MANIFEST.replace("registry", "mirror"), shared).taskOn(Samples.host("x")))
        .isEqualTo(task);
  }

  @Test
  void everythingElseIsTheSameForAll() {
    for (String url :
        List.of(
            "http://origin.test",
            "http://origin.test/file?a=b",
            "https://registry.test/v2/team/app/manifests/latest",
            "https://registry.test/v2/")) {
      Content content = Content.of(url, shared);
      assertThat(content.tasks()).containsExactly(TaskIdCalculator.taskId(shared.withUrl(url)));
    }
  }

  @Test
  void aDigestThatIsNoneIsRefused() {
    assertThatThrownBy(
            () -> Content.of("https://registry.test/v2/team/app/blobs/sha256:abc", shared))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
