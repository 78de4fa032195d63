package dev.dragonfly.dfdaemon.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskKind;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.dfdaemon.storage.wire.JournalCodec;
import dev.dragonfly.dfdaemon.storage.wire.JournalRecord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalTest {
  private static final long HUGE = 1L << 40;

  @TempDir Path folder;

  @Test
  void aLongJournalSaysWhatWasWritten() throws IOException {
    List<JournalRecord> written =
        IntStream.range(0, 50_000)
            .<JournalRecord>mapToObj(i -> new JournalRecord.Boot("boot-" + i))
            .toList();
    Path file = folder.resolve("journal");
    try (OpenFiles files = new OpenFiles(8, FileOpener.DISK)) {
      Journal journal = Journal.unwritten(file, files, written.subList(0, 49_999));
      journal.append(written.getLast());

      List<JournalRecord> read = new ArrayList<>();
      Journal.load(file, files, read::add).append(new JournalRecord.Forced());
      assertThat(read).isEqualTo(written);

      read.clear();
      Journal.load(file, files, read::add);
      assertThat(read).hasSize(50_001).endsWith(new JournalRecord.Forced());
    }
  }

  /** Each record with every field set: what is not read back is lost by a restart. */
  @Test
  void allThatIsKeptComesBackAsItWas() throws IOException {
    Digest digest = Digest.parse("sha256:" + "cd".repeat(32));
    Map<String, String> header = Map.of("etag", "1");
    ReaderKey key = new ReaderKey("seed", "ef".repeat(32));
    List<JournalRecord> written =
        List.of(
            new JournalRecord.Header(
                StoreFixture.ID,
                new TaskSpec(
                    TaskKind.STANDARD,
                    "https://example.com/a?b=c",
                    Optional.of(digest),
                    Optional.of("tag"),
                    Optional.of("application"),
                    List.of("b"),
                    Map.of("accept", "*/*"),
                    OptionalLong.of(8 << 20),
                    Optional.of("content"),
                    true)),
            new JournalRecord.Facts(
                new TaskFacts(
                    OptionalLong.of(20_000_000),
                    OptionalLong.of(4 << 20),
                    header,
                    Optional.of(digest),
                    List.of(key)),
                StoredTask.Teller.SOURCE),
            new JournalRecord.Finished(
                new Piece(
                    3,
                    12 << 20,
                    4 << 20,
                    Optional.of(Digest.ofCrc32(7)),
                    Piece.Traffic.REMOTE_PEER,
                    Optional.of("parent"),
                    Duration.ofMillis(5),
                    Instant.parse("2026-03-01T10:00:00.123456789Z"))),
            new JournalRecord.Whole(Optional.of(digest)),
            new JournalRecord.Whole(Optional.empty()));
    for (JournalRecord record : written) {
      ByteBuffer bytes = JournalCodec.encode(record);
      List<JournalRecord> read = new ArrayList<>();
      byte[] array = new byte[bytes.remaining()];
      bytes.get(array);
      JournalCodec.read(new ByteArrayInputStream(array), array.length, read::add);
      assertThat(read).containsExactly(record);
    }
  }

  /** The file may be as long as it likes: a length is not believed before it can be. */
  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, (8 << 20) + 1})
  void aBrokenLengthIsATornTailAndAllocatesNothing(int length) throws IOException {
    ByteBuffer whole = JournalCodec.encode(new JournalRecord.Forced());
    byte[] start = new byte[whole.remaining() + 8];
    ByteBuffer.wrap(start).put(whole).putInt(length).putInt(7);
    List<JournalRecord> read = new ArrayList<>();
    try (InputStream endless =
        new SequenceInputStream(new ByteArrayInputStream(start), new Refusal())) {
      assertThat(JournalCodec.read(endless, HUGE, read::add)).isEqualTo(start.length - 8);
    }
    assertThat(read).containsExactly(new JournalRecord.Forced());
  }

  @Test
  void aLengthBeyondTheEndIsATornTailAndCutOff() throws IOException {
    Path file = folder.resolve("journal");
    try (OpenFiles files = new OpenFiles(8, FileOpener.DISK)) {
      Journal journal = Journal.unwritten(file, files, List.of(new JournalRecord.Boot("1")));
      journal.append(new JournalRecord.Boot("2"));
    }
    byte[] whole = Files.readAllBytes(file);
    byte[] torn = ByteBuffer.allocate(whole.length + 12).put(whole).putInt(5).putInt(7).array();
    Files.write(file, torn);
    try (OpenFiles files = new OpenFiles(8, FileOpener.DISK)) {
      List<JournalRecord> read = new ArrayList<>();
      Journal.load(file, files, read::add).append(new JournalRecord.Boot("3"));
      read.clear();
      Journal.load(file, files, read::add);
      assertThat(read)
          .containsExactly(
              new JournalRecord.Boot("1"),
              new JournalRecord.Boot("2"),
              new JournalRecord.Boot("3"));
    }
  }

  /** Bytes that nobody may ask for. */
  private static final class Refusal extends InputStream {
    @Override
    public int read() {
      throw new AssertionError("a payload of a broken length was read");
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      return read();
    }
  }
}
