package dev.dragonfly.common.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.common.v2.HuggingFace;
import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.common.task.TaskSpec;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Ids that peers claim for their downloads. */
class TaskIdentityTest {
  private static final String URL = "https://files.test/a.bin";
  private static final TaskId ID = TaskIdCalculator.taskId(TaskSpec.ofUrl(URL));

  @Test
  void theIdOfTheDownloadPasses() {
    assertThat(TaskIdentity.check(ID, download(URL).build()).url()).isEqualTo(URL);
  }

  @Test
  void theIdOfAnotherUrlIsRefusedAndBothAreNamed() {
    assertRefused(ID, download("https://evil.test/a.bin"), "task_id", ID.value());
  }

  @Test
  void aBlobHasTheIdOfItsDigestAndNoOther() {
    String hex = "ab".repeat(32);
    Download.Builder blob =
        download("https://registry.test/v2/app/blobs/sha256:" + hex)
            .setEnableTaskIdBasedBlobDigest(true);
    assertThat(TaskIdentity.check(new TaskId(hex), blob.build()).idFromBlobDigest()).isTrue();
    assertRefused(new TaskId("cd".repeat(32)), blob, "task_id", hex);
  }

  @Test
  void aMalformedBlobDigestIsTheFaultOfTheUrl() {
    assertRefused(
        ID,
        download("https://registry.test/v2/app/blobs/sha256:xyz")
            .setEnableTaskIdBasedBlobDigest(true),
        "download.url");
  }

  @Test
  void aTextThatStandsForTheUrlIsNotAccepted() {
    assertRefused(
        TaskIdCalculator.ofContent(URL + "STANDARD"),
        download("https://evil.test/a.bin").setContentForCalculatingTaskId(URL + "STANDARD"),
        "download.content_for_calculating_task_id");
  }

  @Test
  void aManifestIsNamedByItsDigestAndOnlyByThat() {
    String digest = "sha256:" + "ab".repeat(32);
    String url = "https://registry.test/v2/app/manifests/" + digest;
    String text = TaskIdCalculator.contentOfManifest(Digest.parse(digest));
    TaskSpec spec =
        TaskIdentity.check(
            TaskIdCalculator.ofContent(text),
            download(url).setContentForCalculatingTaskId(text).build());
    assertThat(TaskIdCalculator.contentDigest(spec)).contains(Digest.parse(digest));
    for (String other : List.of("manifest " + digest + "x", "manifest sha256:1", "manifest ")) {
      assertRefused(
          TaskIdCalculator.ofContent(other),
          download(url).setContentForCalculatingTaskId(other),
          "download.content_for_calculating_task_id");
    }
  }

  @Test
  void aRevisionOfAModelIsPartOfItsId() {
    TaskId id = TaskIdCalculator.taskId(TaskSpec.ofUrl("hf://models/a/b"), Optional.of("v1"));
    Download.Builder model =
        download("hf://models/a/b").setHuggingFace(HuggingFace.newBuilder().setRevision("v1"));
    assertThat(TaskIdentity.check(id, model.build()).url()).isEqualTo("hf://models/a/b");
    assertRefused(id, model.setHuggingFace(HuggingFace.newBuilder().setRevision("v2")), "task_id");
  }

  private static Download.Builder download(String url) {
    return Download.newBuilder().setUrl(url);
  }

  private static void assertRefused(TaskId claimed, Download.Builder download, String... named) {
    assertThatThrownBy(() -> TaskIdentity.check(claimed, download.build()))
        .isInstanceOfSatisfying(
            DragonflyException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContainingAll(named);
  }
}
