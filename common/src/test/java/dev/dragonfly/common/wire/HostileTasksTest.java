package dev.dragonfly.common.wire;

import static dev.dragonfly.common.wire.Hostile.LONG_BITMAP;
import static dev.dragonfly.common.wire.Hostile.bytes;
import static dev.dragonfly.common.wire.Hostile.changed;
import static dev.dragonfly.common.wire.Hostile.hostile;
import static dev.dragonfly.common.wire.Samples.FACTS;
import static dev.dragonfly.common.wire.Samples.SPEC;

import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.common.v2.Piece;
import dev.dragonfly.api.common.v2.Range;
import dev.dragonfly.api.dfdaemon.v2.SyncPiecesRequest;
import dev.dragonfly.api.ext.v1.ReaderKey;
import dev.dragonfly.api.ext.v1.SignedRun;
import dev.dragonfly.api.ext.v1.TaskFacts;
import java.util.Collections;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a stranger writes into any field of a task is refused, and the answer names the field.
 */
final class HostileTasksTest {
  @ParameterizedTest
  @MethodSource({"downloads", "headers", "facts", "runs", "pieces"})
  void isRefusedByTheNameOfTheField(Hostile hostile) {
    hostile.assertRefused();
  }

  static Stream<Hostile> downloads() {
    return Stream.of(
        download("is empty", "download.url", d -> d.setUrl("")),
        download("is long", "download.url", d -> d.setUrl("http://a/" + "x".repeat(8 << 10))),
        download("has a line break", "download.url", d -> d.setUrl("http://a/\nb")),
        download("has no scheme", "download.url", d -> d.setUrl("a/b")),
        download("is long", "download.tag", d -> d.setTag("x".repeat(1025))),
        download("has NUL", "download.tag", d -> d.setTag("a\0b")),
        download("is long", "download.application", d -> d.setApplication("x".repeat(1025))),
        download("has a line break", "download.application", d -> d.setApplication("a\r\nb")),
        download("is long", "download.digest", d -> d.setDigest("sha256:" + "a".repeat(1000))),
        download("is no digest", "download.digest", d -> d.setDigest("sha256:zz")),
        download("is small", "download.piece_length", d -> d.setPieceLength(1)),
        download("is large", "download.piece_length", d -> d.setPieceLength((64 << 20) + 1)),
        download("is negative", "download.piece_length", d -> d.setPieceLength(-1)),
        download("is not known", "download.type", d -> d.setTypeValue(99)),
        download(
            "is long",
            "download.content_for_calculating_task_id",
            d -> d.setContentForCalculatingTaskId("x".repeat((64 << 10) + 1))),
        download(
            "are many",
            "download.filtered_query_params",
            d -> d.addAllFilteredQueryParams(Collections.nCopies(257, "a"))),
        download(
            "are long",
            "download.filtered_query_params",
            d -> d.addAllFilteredQueryParams(Collections.nCopies(17, "a".repeat(1 << 10)))),
        download(
            "is large", "download must have at most", d -> d.addCertificateChain(bytes(512 << 10))),
        hostile(
            "overflows",
            "download.range",
            () ->
                TaskMapper.range(
                    Download.newBuilder()
                        .setRange(Range.newBuilder().setStart(Long.MAX_VALUE).setLength(2))
                        .build())));
  }

  static Stream<Hostile> headers() {
    return Stream.of(
            header("has a space in its name", "a b", "v"),
            header("has an empty name", "", "v"),
            header("has a colon in its name", "a:b", "v"),
            header("has a line break in its name", "a\nb", "v"),
            header("has a second header in its value", "a", "v\r\nb: c"),
            header("has NUL in its value", "a", "\0"),
            header("is large", "a", "x".repeat(64 << 10)),
            Stream.of(
                download("are many", "download.request_header", d -> many(d::putRequestHeader)),
                facts("are many", "facts.response_header", f -> many(f::putResponseHeader))))
        .flatMap(each -> each);
  }

  static Stream<Hostile> facts() {
    ReaderKey key = ReaderKey.newBuilder().setHostId("h").setPublicKey(bytes(32)).build();
    return Stream.of(
        facts("is 2^53 + 1", "facts.content_length", f -> f.setContentLength((1L << 53) + 1)),
        facts("is negative", "facts.content_length", f -> f.setContentLength(-1)),
        facts("is 1", "facts.piece_length", f -> f.setPieceLength(1)),
        facts("is large", "facts.piece_length", f -> f.setPieceLength(65 << 20)),
        facts("is negative", "facts.piece_length", f -> f.setPieceLength(-1)),
        facts(
            "needs too many pieces",
            "facts.content_length",
            f -> f.setPieceLength(4 << 20).setContentLength((4L << 40) + 1)),
        facts("is no digest", "facts.digest", f -> f.setDigest("md5:")),
        facts("is no version", "facts.version", f -> f.setVersion("x".repeat(32))),
        facts(
            "are many", "facts.reader_keys", f -> f.addAllReaderKeys(Collections.nCopies(65, key))),
        facts(
            "is short",
            "facts.reader_keys",
            f -> f.addReaderKeys(key.toBuilder().setPublicKey(bytes(31)))),
        facts(
            "has a host with a line break",
            "facts.reader_keys",
            f -> f.addReaderKeys(key.toBuilder().setHostId("a\nb"))));
  }

  static Stream<Hostile> runs() {
    return Stream.of(
        run("is 1", "run.block_length", r -> r.setBlockLength(1)),
        run("is large", "run.block_length", r -> r.setBlockLength(2 << 20)),
        run("is negative", "run.block_length", r -> r.setBlockLength(-1)),
        run("is 10^8", "run.first_block", r -> r.setFirstBlock(100_000_000)),
        run("is 10^9", "run.first_block", r -> r.setFirstBlock(1_000_000_000)),
        run("is negative", "run.first_block", r -> r.setFirstBlock(-1)),
        run("are uneven", "run.digests", r -> r.setDigests(bytes(17))),
        run("are many", "run.digests", r -> r.setDigests(bytes(1025 * 16))),
        run("is 2^53 + 1", "run.content_length", r -> r.setContentLength((1L << 53) + 1)),
        run("is short", "run.public_key", r -> r.setPublicKey(bytes(31))),
        run("is long", "run.signature", r -> r.setSignature(bytes(65))),
        run("is long", "run.version", r -> r.setVersion("a".repeat(64))));
  }

  static Stream<Hostile> pieces() {
    return Stream.of(
        piece("is 2^20", "piece.number", p -> p.setNumber(1 << 20)),
        piece("is negative", "piece.number", p -> p.setNumber(-1)),
        piece("is 2^53 + 1", "piece.offset", p -> p.setOffset((1L << 53) + 1)),
        piece("is negative", "piece.offset", p -> p.setOffset(-1)),
        piece("is large", "piece.length", p -> p.setLength((64L << 20) + 1)),
        piece("is negative", "piece.length", p -> p.setLength(-1)),
        piece("is long", "piece.digest", p -> p.setDigest("x".repeat(161))),
        piece("is long", "piece.parent_id", p -> p.setParentId("x".repeat(1025))),
        piece("has a line break", "piece.parent_id", p -> p.setParentId("a\nb")),
        piece(
            "overflows",
            "piece.cost",
            p ->
                p.setCost(
                    Duration.newBuilder().setSeconds(Long.MAX_VALUE).setNanos(2_000_000_000))),
        piece(
            "is past the end of time",
            "piece.created_at",
            p -> p.setCreatedAt(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE))),
        piece("is not known", "piece.traffic_type", p -> p.setTrafficTypeValue(99)),
        hostile(
            "is long", "holdings.pieces", () -> PieceMapper.bitmap("holdings.pieces", LONG_BITMAP)),
        hostile(
            "has 2^20",
            "interested_piece_numbers",
            () ->
                PieceMapper.interestedPieces(
                    SyncPiecesRequest.newBuilder().addInterestedPieceNumbers(1 << 20).build())),
        hostile(
            "has -1",
            "interested_piece_numbers",
            () ->
                PieceMapper.interestedPieces(
                    SyncPiecesRequest.newBuilder().addInterestedPieceNumbers(-1).build())),
        hostile(
            "are many",
            "interested_piece_numbers",
            () ->
                PieceMapper.interestedPieces(
                    SyncPiecesRequest.newBuilder()
                        .addAllInterestedPieceNumbers(
                            () -> IntStream.rangeClosed(0, 1 << 20).iterator())
                        .build())));
  }

  private static Hostile download(String wrong, String field, Consumer<Download.Builder> change) {
    return hostile(
        wrong,
        field,
        () -> TaskMapper.toSpec(changed(TaskMapper.toDownload(SPEC).toBuilder(), change).build()));
  }

  private static Stream<Hostile> header(String wrong, String name, String value) {
    return Stream.of(
        download(wrong, "download.request_header", d -> d.putRequestHeader(name, value)),
        facts(wrong, "facts.response_header", f -> f.putResponseHeader(name, value)));
  }

  private static void many(HeaderSink headers) {
    for (int i = 0; i < 257; i++) {
      headers.put("h" + i, "v");
    }
  }

  private interface HeaderSink {
    Message.Builder put(String name, String value);
  }

  private static Hostile facts(String wrong, String field, Consumer<TaskFacts.Builder> change) {
    return hostile(
        wrong,
        field,
        () -> TaskMapper.fromFacts(changed(TaskMapper.toFacts(FACTS).toBuilder(), change).build()));
  }

  private static Hostile run(String wrong, String field, Consumer<SignedRun.Builder> change) {
    SignedRun.Builder run =
        SignedRun.newBuilder()
            .setBlockLength(256 << 10)
            .setDigests(bytes(16))
            .setPublicKey(bytes(32))
            .setSignature(bytes(64));
    return hostile(wrong, field, () -> RunMapper.fromProto(changed(run, change).build()));
  }

  private static Hostile piece(String wrong, String field, Consumer<Piece.Builder> change) {
    return hostile(
        wrong, field, () -> PieceMapper.fromProto(changed(Piece.newBuilder(), change).build()));
  }
}
