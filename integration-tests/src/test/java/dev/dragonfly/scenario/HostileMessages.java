package dev.dragonfly.scenario;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.common.v2.Host;
import dev.dragonfly.api.common.v2.Network;
import dev.dragonfly.api.common.v2.Peer;
import dev.dragonfly.api.common.v2.Piece;
import dev.dragonfly.api.dfdaemon.v2.DfdaemonUploadGrpc;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.StatLocalTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.SyncPiecesRequest;
import dev.dragonfly.api.ext.v1.Holding;
import dev.dragonfly.api.ext.v1.ReaderKey;
import dev.dragonfly.api.ext.v1.ReportHoldingsRequest;
import dev.dragonfly.api.ext.v1.ReportWrongContentRequest;
import dev.dragonfly.api.ext.v1.SchedulerExtGrpc;
import dev.dragonfly.api.ext.v1.TaskFacts;
import dev.dragonfly.api.manager.v2.ListSchedulersRequest;
import dev.dragonfly.api.manager.v2.ManagerGrpc;
import dev.dragonfly.api.manager.v2.UpdateSchedulerRequest;
import dev.dragonfly.api.scheduler.v2.AnnounceHostRequest;
import dev.dragonfly.api.scheduler.v2.AnnouncePeerRequest;
import dev.dragonfly.api.scheduler.v2.DeletePeerRequest;
import dev.dragonfly.api.scheduler.v2.SchedulerGrpc;
import dev.dragonfly.api.scheduler.v2.StatTaskRequest;
import dev.dragonfly.common.piece.PieceLayout;
import io.grpc.MethodDescriptor;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** What a stranger may write into the messages of each service; one of each sort of field. */
final class HostileMessages {
  private static final ByteString LONG_BITMAP =
      ByteString.copyFrom(new byte[PieceLayout.MAX_PIECES / Byte.SIZE + 1]);
  private static final String TASK = "a".repeat(64);
  private static final String LONG = "x".repeat(100 << 10);

  private HostileMessages() {}

  /**
   * A message that is to be refused.
   *
   * @param field what the refusal names
   */
  record Hostile<Q extends MessageLite>(String field, MethodDescriptor<Q, ?> method, Q message) {
    @Override
    public String toString() {
      return method.getBareMethodName() + " with a hostile " + field;
    }
  }

  /** For the gRPC port of a scheduler. */
  static List<Hostile<?>> forScheduler() {
    return List.of(
        host("host.hostname", h -> h.setHostname("a b")),
        host("host.ip", h -> h.setIp("metadata.internal")),
        host("host.port", h -> h.setPort(80)),
        host("host.piece_port", h -> h.setPiecePort(65_536)),
        host("host.reader_key", h -> h.setReaderKey(bytes(31))),
        host("host.network.idc", h -> h.setNetwork(Network.newBuilder().setIdc(LONG))),
        download("download.url", d -> d.setUrl("http://a/" + LONG)),
        download("download.tag", d -> d.setTag("a\0b")),
        download("download.digest", d -> d.setDigest("sha256:zz")),
        download("download.piece_length", d -> d.setPieceLength(1)),
        download("download.request_header", d -> d.putRequestHeader("a", "v\r\nb: c")),
        download("download.request_header", HostileMessages::manyHeaders),
        facts("facts.content_length", f -> f.setContentLength((1L << 53) + 1)),
        facts("facts.piece_length", f -> f.setPieceLength(65 << 20)),
        facts("facts.response_header", f -> f.putResponseHeader("a b", "v")),
        facts("facts.version", f -> f.setVersion("x".repeat(32))),
        facts("facts.reader_keys", f -> f.addAllReaderKeys(Collections.nCopies(65, key(32)))),
        facts("facts.reader_keys", f -> f.addReaderKeys(key(31))),
        event("pieces", e -> e.getRegisterPeerRequestBuilder().setPieces(LONG_BITMAP)),
        event("pieces", e -> e.getDownloadPeerFinishedRequestBuilder().setPieces(LONG_BITMAP)),
        event(
            "piece.number",
            e ->
                e.getDownloadPieceFinishedRequestBuilder()
                    .setPiece(Piece.newBuilder().setNumber(100_000_000))),
        event(
            "candidate_parents",
            e ->
                e.getReschedulePeerRequestBuilder()
                    .addAllCandidateParents(
                        Collections.nCopies(257, Peer.newBuilder().setId("p").build()))),
        event("task_id", e -> e.setTaskId(LONG).getDownloadPeerStartedRequestBuilder()),
        new Hostile<>("task_id", SchedulerGrpc.getStatTaskMethod(), statTask(LONG)),
        new Hostile<>(
            "host_id",
            SchedulerGrpc.getDeletePeerMethod(),
            DeletePeerRequest.newBuilder().setHostId("a\nb").setPeerId("p").build()),
        new Hostile<>(
            "holdings",
            SchedulerExtGrpc.getReportHoldingsMethod(),
            ReportHoldingsRequest.newBuilder()
                .addAllHoldings(Collections.nCopies(1025, Holding.getDefaultInstance()))
                .build()),
        new Hostile<>(
            "blamed_host_ids",
            SchedulerExtGrpc.getReportWrongContentMethod(),
            ReportWrongContentRequest.newBuilder()
                .addAllBlamedHostIds(Collections.nCopies(257, "h"))
                .build()));
  }

  /** For the gRPC port of a daemon, from an address that may trigger downloads. */
  static List<Hostile<?>> forDaemon() {
    return List.of(
        trigger("download.url", d -> d.setUrl("a/b")),
        trigger("download.application", d -> d.setApplication("a\r\nb")),
        trigger("download.request_header", HostileMessages::manyHeaders),
        trigger("download.piece_length", d -> d.setPieceLength(-1)),
        trigger(
            "download.content_for_calculating_task_id",
            d -> d.setContentForCalculatingTaskId("the content of another URL")),
        new Hostile<>("task_id", DfdaemonUploadGrpc.getStatLocalTaskMethod(), statLocal(LONG)),
        pieces("task_id", p -> p.setTaskId("../../../etc/passwd")),
        pieces("interested_piece_numbers", p -> p.addInterestedPieceNumbers(100_000_000)),
        pieces("interested_piece_numbers", p -> p.addInterestedPieceNumbers(-1)));
  }

  /** For the gRPC port of a manager, from somebody who has its join token. */
  static List<Hostile<?>> forManager() {
    return List.of(
        search("hostname", s -> s.setHostname("a b")),
        search("ip", s -> s.setIp("metadata.internal")),
        search("idc", s -> s.setIdc(LONG)),
        search("version", s -> s.setVersion("a\nb")),
        register("port", r -> r.setPort(80)),
        register("features", r -> r.addAllFeatures(Collections.nCopies(17, "a"))),
        register("config", r -> r.setConfig(bytes((64 << 10) + 1))));
  }

  /** A message of this length, for each of the three. */
  static Hostile<?> longForScheduler(int length) {
    String text = "x".repeat(length);
    return new Hostile<>("message", SchedulerGrpc.getStatTaskMethod(), statTask(text));
  }

  static Hostile<?> longForDaemon(int length) {
    String text = "x".repeat(length);
    return new Hostile<>("message", DfdaemonUploadGrpc.getStatLocalTaskMethod(), statLocal(text));
  }

  static Hostile<?> longForManager(int length) {
    return search("message", s -> s.setHostname("x".repeat(length)));
  }

  private static StatTaskRequest statTask(String task) {
    return StatTaskRequest.newBuilder().setTaskId(task).build();
  }

  private static StatLocalTaskRequest statLocal(String task) {
    return StatLocalTaskRequest.newBuilder().setTaskId(task).build();
  }

  private static Hostile<?> host(String field, Consumer<Host.Builder> change) {
    Host.Builder host =
        Host.newBuilder()
            .setId("127.0.0.1-stranger")
            .setHostname("stranger")
            .setIp("127.0.0.1")
            .setPort(4000)
            .setPiecePort(4005);
    change.accept(host);
    return new Hostile<>(
        field,
        SchedulerGrpc.getAnnounceHostMethod(),
        AnnounceHostRequest.newBuilder().setHost(host).build());
  }

  private static Hostile<?> download(String field, Consumer<Download.Builder> change) {
    return event(field, e -> change.accept(e.getRegisterPeerRequestBuilder().getDownloadBuilder()));
  }

  private static Hostile<?> facts(String field, Consumer<TaskFacts.Builder> change) {
    return event(field, e -> change.accept(e.getRegisterPeerRequestBuilder().getFactsBuilder()));
  }

  private static Hostile<?> event(String field, Consumer<AnnouncePeerRequest.Builder> change) {
    AnnouncePeerRequest.Builder event =
        AnnouncePeerRequest.newBuilder()
            .setHostId("127.0.0.1-stranger")
            .setTaskId(TASK)
            .setPeerId("127.0.0.1-stranger-1");
    change.accept(event);
    if (event.hasRegisterPeerRequest()) {
      Download.Builder download = event.getRegisterPeerRequestBuilder().getDownloadBuilder();
      if (download.getUrl().isEmpty()) {
        download.setUrl("http://a/b");
      }
    }
    return new Hostile<>(field, SchedulerGrpc.getAnnouncePeerMethod(), event.build());
  }

  private static Hostile<?> trigger(String field, Consumer<Download.Builder> change) {
    Download.Builder download = Download.newBuilder().setUrl("http://a/b");
    change.accept(download);
    return new Hostile<>(
        field,
        DfdaemonUploadGrpc.getDownloadTaskMethod(),
        DownloadTaskRequest.newBuilder().setDownload(download).build());
  }

  private static Hostile<?> pieces(String field, Consumer<SyncPiecesRequest.Builder> change) {
    SyncPiecesRequest.Builder pieces = SyncPiecesRequest.newBuilder().setTaskId(TASK);
    change.accept(pieces);
    return new Hostile<>(field, DfdaemonUploadGrpc.getSyncPiecesMethod(), pieces.build());
  }

  private static Hostile<?> search(String field, Consumer<ListSchedulersRequest.Builder> change) {
    ListSchedulersRequest.Builder search =
        ListSchedulersRequest.newBuilder().setHostname("stranger").setIp("127.0.0.1");
    change.accept(search);
    return new Hostile<>(field, ManagerGrpc.getListSchedulersMethod(), search.build());
  }

  private static Hostile<?> register(
      String field, Consumer<UpdateSchedulerRequest.Builder> change) {
    UpdateSchedulerRequest.Builder register =
        UpdateSchedulerRequest.newBuilder()
            .setHostname("stranger")
            .setIp("127.0.0.1")
            .setPort(8002)
            .setSchedulerClusterId(1);
    change.accept(register);
    return new Hostile<>(field, ManagerGrpc.getUpdateSchedulerMethod(), register.build());
  }

  private static void manyHeaders(Download.Builder download) {
    IntStream.range(0, 257).forEach(n -> download.putRequestHeader("h" + n, "v"));
  }

  private static ReaderKey key(int length) {
    return ReaderKey.newBuilder().setHostId("h").setPublicKey(bytes(length)).build();
  }

  private static ByteString bytes(int length) {
    return ByteString.copyFrom(new byte[length]);
  }
}
