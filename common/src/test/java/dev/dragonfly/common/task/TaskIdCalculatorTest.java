package dev.dragonfly.common.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.digest.Digest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TaskIdCalculatorTest {
  private static final String BLOB = "https://registry.example.com/v2/myorg/myrepo/blobs/";
  private static final String SHA256 = "1234567890abcdef".repeat(4);
  private static final String FILE = "This is a test file";

  @ParameterizedTest(name = "{0} tag {1} application {2} revision {3} piece length {4} less {5}")
  @CsvSource({
    "https://example.com, foo, bar, v1.0, 1024, ,"
        + "5844f27a257287e9b734256bb25603d8005422ced8c0377f15063ec11963b25f",
    "https://example.com, foo, bar, , , ,"
        + "06408fbf247ddaca478f8cb9565fe5591c28efd0994b8fea80a6a87d3203c5ca",
    "https://example.com, foo, , , , ,"
        + "3c3f230ef9f191dd2821510346a7bc138e4894bee9aee184ba250a3040701d2a",
    "https://example.com, , bar, , , ,"
        + "c9f9261b7305c24371244f9f149f5d4589ed601348fdf22d7f6f4b10658fdba2",
    "https://example.com, , , , 1024, ,"
        + "9f7c9aafbc6f30f8f41a96ca77eeae80c5b60964b3034b0ee43ccf7b2f9e52b8",
    "https://example.com?foo=foo&bar=bar, , , , , foo bar,"
        + "457b4328cde278e422c9e243f7bfd1e97f511fec43a80f535cf6b0ef6b086776",
    "https://example.com, , , v1.0, , ,"
        + "b171331534b80e0bf91da38ebbfcdbf4d177898f4b9beac44f14733e3f004d4e",
  })
  void aStandardTaskIsIdentifiedByItsUrlAndWhatDistinguishesCallers(
      String url,
      String tag,
      String application,
      String revision,
      Long pieceLength,
      String filtered,
      String id) {
    TaskSpec spec =
        spec(
            url,
            Optional.ofNullable(tag),
            Optional.ofNullable(application),
            filtered == null ? List.of() : List.of(filtered.split(" ")),
            pieceLength == null ? OptionalLong.empty() : OptionalLong.of(pieceLength));

    assertThat(TaskIdCalculator.taskId(spec, Optional.ofNullable(revision)))
        .isEqualTo(new TaskId(id));
  }

  @Test
  void aTextIsTheWholeIdentityWhenGiven() {
    TaskSpec spec =
        new TaskSpec(
            TaskKind.STANDARD,
            "https://example.com",
            Optional.empty(),
            Optional.of("any"),
            Optional.of("any"),
            List.of(),
            Map.of(),
            OptionalLong.of(1024),
            Optional.of(FILE),
            true);

    assertThat(TaskIdCalculator.taskId(spec).value())
        .isEqualTo("e2d0fe1585a63ec6009c8016ff8dda8b17719a637405a4e23c0ff81339148249");
  }

  @ParameterizedTest
  @CsvSource({"sha256, 64, ''", "sha512, 128, ''", "sha256, 64, ?ns=docker.io"})
  void aBlobIsIdentifiedByItsDigestAlone(String algorithm, int length, String query) {
    String hex = "1234567890abcdef".repeat(length / 16);

    assertThat(TaskIdCalculator.taskId(blob(BLOB + algorithm + ":" + hex + query, true)))
        .isEqualTo(new TaskId(hex));
  }

  @Test
  void aBlobIsIdentifiedByItsUrlWhenTheCallerDoesNotAskForTheDigest() {
    assertThat(TaskIdCalculator.taskId(blob(BLOB + "sha256:" + SHA256, false)))
        .isNotEqualTo(new TaskId(SHA256));
  }

  @Test
  void aUrlThatIsNoBlobIsIdentifiedByItselfInBlobModeToo() {
    assertThat(TaskIdCalculator.taskId(blob("https://example.com/a.bin", true)))
        .isEqualTo(TaskIdCalculator.taskId(blob("https://example.com/a.bin", false)));
  }

  @ParameterizedTest
  @CsvSource({"sha256:12", "md5:0123", "sha256", "SHA256:abc"})
  void aMalformedBlobDigestIsRefused(String digest) {
    assertThatThrownBy(() -> TaskIdCalculator.taskId(blob(BLOB + digest, true)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(digest);
  }

  @Test
  void aTaskMayBeIdentifiedByATextInstead() {
    assertThat(TaskIdCalculator.ofContent(FILE).value())
        .isEqualTo("e2d0fe1585a63ec6009c8016ff8dda8b17719a637405a4e23c0ff81339148249");
  }

  @Test
  void onlyABlobThatIsNamedByItsDigestHasADigestOfItsOwn() {
    TaskSpec blob =
        new TaskSpec(
            TaskKind.STANDARD,
            BLOB + "sha256:" + SHA256 + "?ns=x",
            Optional.of(Digest.parse("sha256:" + "0".repeat(64))),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Map.of(),
            OptionalLong.empty(),
            Optional.empty(),
            true);
    assertThat(TaskIdCalculator.contentDigest(blob)).contains(Digest.parse("sha256:" + SHA256));
    assertThat(blob.withoutDigest().digest()).isEmpty();
    TaskSpec plain = TaskSpec.ofUrl(BLOB + "sha256:" + SHA256);
    assertThat(TaskIdCalculator.contentDigest(plain)).as("a plain URL").isEmpty();
  }

  @Test
  void headersAndDigestAreNoPartOfTheIdentity() {
    TaskSpec plain = TaskSpec.ofUrl("https://example.com/a.bin");

    assertThat(TaskIdCalculator.taskId(plain.withRequestHeader(Map.of("Authorization", "x"))))
        .isEqualTo(TaskIdCalculator.taskId(plain));
  }

  private static TaskSpec blob(String url, boolean byDigest) {
    return new TaskSpec(
        TaskKind.STANDARD,
        url,
        Optional.empty(),
        Optional.of("tag"),
        Optional.empty(),
        List.of(),
        Map.of(),
        OptionalLong.of(1024),
        Optional.empty(),
        byDigest);
  }

  private static TaskSpec spec(
      String url,
      Optional<String> tag,
      Optional<String> application,
      List<String> filtered,
      OptionalLong pieceLength) {
    return new TaskSpec(
        TaskKind.STANDARD,
        url,
        Optional.empty(),
        tag,
        application,
        filtered,
        Map.of(),
        pieceLength,
        Optional.empty(),
        false);
  }
}
