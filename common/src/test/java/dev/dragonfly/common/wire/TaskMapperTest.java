package dev.dragonfly.common.wire;

import static dev.dragonfly.common.wire.Samples.FACTS;
import static dev.dragonfly.common.wire.Samples.SPEC;
import static dev.dragonfly.common.wire.Samples.TASK_ID;
import static dev.dragonfly.common.wire.Samples.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnknownFieldSet;
import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.common.v2.Piece;
import dev.dragonfly.api.common.v2.Range;
import dev.dragonfly.api.ext.v1.ReaderKey;
import dev.dragonfly.api.ext.v1.SignedRun;
import dev.dragonfly.api.ext.v1.TaskFacts;
import dev.dragonfly.common.piece.RunSigner;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.SourceVersion;
import dev.dragonfly.common.task.TaskSpec;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Tasks, facts, digest runs and pieces. */
final class TaskMapperTest {
  @Test
  void whatIsAskedForComesBackAsItWas() {
    TaskSpec plain = TaskSpec.ofUrl("https://example.com/a");

    assertThat(TaskMapper.toSpec(TaskMapper.toDownload(SPEC))).isEqualTo(SPEC);
    assertThat(TaskMapper.toSpec(TaskMapper.toDownload(plain))).isEqualTo(plain);
  }

  @Test
  void anEmptyTagIsNotTheSameOnTheWireAsNone() {
    Download empty = Download.newBuilder().setUrl("https://a/b").setTag("").build();

    assertThat(TaskMapper.toSpec(empty).tag()).contains("");
  }

  @Test
  void aRangeComesBackAsItWas() {
    Download download =
        Download.newBuilder().setRange(Range.newBuilder().setStart(5).setLength(7)).build();

    assertThat(TaskMapper.range(download)).contains(new ByteRange(5, 7));
    assertThat(TaskMapper.range(Download.getDefaultInstance())).isEmpty();
  }

  @Test
  void factsComeBackAsTheyWere() {
    assertThat(TaskMapper.fromFacts(TaskMapper.toFacts(FACTS))).isEqualTo(FACTS);
    assertThat(TaskMapper.fromFacts(TaskFacts.getDefaultInstance()))
        .isEqualTo(dev.dragonfly.common.task.TaskFacts.NONE);
  }

  @Test
  void aContentLengthOfZeroIsKnownAndNotUnknown() {
    assertThat(TaskMapper.fromFacts(TaskFacts.newBuilder().setContentLength(0).build()))
        .extracting(dev.dragonfly.common.task.TaskFacts::contentLength)
        .isEqualTo(OptionalLong.of(0));
  }

  @Test
  void factsThatCannotBeAreRefusedByTheField() {
    assertInvalid(
        () -> TaskMapper.fromFacts(TaskFacts.newBuilder().setContentLength(-1).build()),
        "content length 18446744073709551615");
    assertInvalid(
        () -> TaskMapper.fromFacts(TaskFacts.newBuilder().setPieceLength(1L << 40).build()),
        "piece length 1099511627776");
    assertInvalid(
        () -> TaskMapper.fromFacts(TaskFacts.newBuilder().setDigest("sha256:1").build()),
        "facts.digest: ");
    assertInvalid(
        () ->
            TaskMapper.fromFacts(
                TaskFacts.newBuilder()
                    .addReaderKeys(
                        ReaderKey.newBuilder().setHostId("h").setPublicKey(ByteString.EMPTY))
                    .build()),
        "reader_keys: ");
  }

  @Test
  void aSignedRunComesBackByteForByte() {
    SignedRun wire =
        TaskMapper.toRun(
            RunSigner.create()
                .sign(TASK_ID, SourceVersion.NONE, 1024, 3, new byte[32], OptionalLong.of(5000)));

    assertThat(TaskMapper.toRun(TaskMapper.fromRun(wire))).isEqualTo(wire);
  }

  @Test
  void aRunThatCannotBeIsRefused() {
    SignedRun.Builder run = SignedRun.newBuilder().setBlockLength(1024);

    assertInvalid(() -> TaskMapper.fromRun(run.clone().setBlockLength(0).build()), "run: ");
    assertInvalid(() -> TaskMapper.fromRun(run.clone().setFirstBlock(-1).build()), "run: ");
    assertInvalid(() -> TaskMapper.fromRun(run.clone().setContentLength(-1).build()), "run: ");
    assertInvalid(
        () -> TaskMapper.fromRun(run.clone().setDigests(ByteString.copyFromUtf8("odd")).build()),
        "3 bytes of digests");
  }

  @Test
  void theDownloadForASeedIsTheWholeTaskAndKeepsWhatThisVersionDoesNotKnow() {
    UnknownFieldSet newer =
        UnknownFieldSet.newBuilder()
            .addField(34, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();
    Download original =
        TaskMapper.toDownload(SPEC).toBuilder()
            .setOutputPath("/home/user/file")
            .setRange(Range.newBuilder().setLength(1))
            .setDisableBackToSource(true)
            .setMetadataOnly(true)
            .setUnknownFields(newer)
            .build();

    Download seed = TaskMapper.forSeed(original, Map.of("Accept", "*/*"));

    assertThat(seed.getUnknownFields()).isEqualTo(newer);
    assertThat(seed.getNeedBackToSource()).isTrue();
    assertThat(seed.getDisableBackToSource()).isFalse();
    assertThat(seed.getMetadataOnly()).isFalse();
    assertThat(seed.hasOutputPath()).isFalse();
    assertThat(seed.hasRange()).isFalse();
    assertThat(seed.getRequestHeaderMap()).isEqualTo(Map.of("Accept", "*/*"));
    assertThat(TaskMapper.toSpec(seed).tag()).isEqualTo(Optional.of("tag"));
  }

  @Test
  void aPieceThatCannotBeIsRefusedByTheField() {
    Piece.Builder piece =
        PieceMapper.toProto(Samples.piece(dev.dragonfly.common.piece.Piece.Traffic.REMOTE_PEER))
            .toBuilder();

    assertInvalid(() -> read(piece.clone().setNumber(-1)), "piece number, offset and length");
    assertInvalid(() -> read(piece.clone().setLength(-1)), "piece number, offset and length");
    assertInvalid(() -> read(piece.clone().setDigest("crc32:xyz")), "piece.digest: ");
    assertInvalid(() -> read(piece.clone().setTrafficTypeValue(9)), "piece.traffic_type");
    assertInvalid(
        () ->
            read(
                piece
                    .clone()
                    .setCost(
                        Duration.newBuilder().setSeconds(Long.MAX_VALUE).setNanos(2_000_000_000))),
        "piece.cost: ");
    assertInvalid(
        () -> read(piece.clone().setCreatedAt(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE))),
        "piece.created_at: ");
  }

  private static dev.dragonfly.common.piece.Piece read(Piece.Builder piece) {
    return PieceMapper.fromProto(piece.build());
  }
}
