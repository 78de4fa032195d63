package dev.dragonfly.common.wire;

import static dev.dragonfly.common.wire.Samples.FACTS;
import static dev.dragonfly.common.wire.Samples.SPEC;
import static dev.dragonfly.common.wire.Samples.TASK_ID;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UnknownFieldSet;
import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.common.v2.Range;
import dev.dragonfly.api.ext.v1.SignedRun;
import dev.dragonfly.api.ext.v1.TaskFacts;
import dev.dragonfly.common.piece.RunSigner;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.SourceOrigin;
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
  void aSignedRunComesBackByteForByte() {
    SignedRun wire =
        RunMapper.toProto(
            RunSigner.create()
                .sign(
                    TASK_ID,
                    new SourceVersion("0".repeat(32)),
                    new SourceOrigin("https://example.com"),
                    256 << 10,
                    3,
                    new byte[32],
                    OptionalLong.of(5000)));

    assertThat(RunMapper.toProto(RunMapper.fromProto(wire))).isEqualTo(wire);
    assertThat(RunMapper.toProto(RunMapper.ofOwn(wire))).isEqualTo(wire);
    assertThat(wire.getAllFields()).as("every field is tried").hasSize(8);
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
}
