package dev.dragonfly.common.wire;

import static dev.dragonfly.common.wire.Hostile.LONG_BITMAP;
import static dev.dragonfly.common.wire.Hostile.bytes;
import static dev.dragonfly.common.wire.Hostile.changed;
import static dev.dragonfly.common.wire.Hostile.hostile;
import static dev.dragonfly.common.wire.Samples.HOST;
import static dev.dragonfly.common.wire.Samples.HOST_ID;
import static dev.dragonfly.common.wire.Samples.PEER_ID;
import static dev.dragonfly.common.wire.Samples.SPEC;
import static dev.dragonfly.common.wire.Samples.TASK_ID;

import dev.dragonfly.api.common.v2.Host;
import dev.dragonfly.api.common.v2.Network;
import dev.dragonfly.api.common.v2.Peer;
import dev.dragonfly.api.scheduler.v2.AnnouncePeerRequest;
import dev.dragonfly.api.scheduler.v2.AnnouncePeerResponse;
import dev.dragonfly.api.scheduler.v2.NormalTaskResponse;
import dev.dragonfly.api.scheduler.v2.RegisterPeerRequest;
import java.util.Collections;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a stranger says of himself or of others is refused, and the answer names the field. */
final class HostilePeersTest {
  @ParameterizedTest
  @MethodSource({"registers", "events", "hosts", "answers"})
  void isRefusedByTheNameOfTheField(Hostile hostile) {
    hostile.assertRefused();
  }

  static Stream<Hostile> registers() {
    return Stream.of(
        register("is missing", "register_peer_request.download", r -> r.clearDownload()),
        register("is 7", "download.priority", r -> r.getDownloadBuilder().setPriorityValue(7)),
        register("is -1", "download.priority", r -> r.getDownloadBuilder().setPriorityValue(-1)),
        register(
            "is 1",
            "download.actual_piece_length",
            r -> r.getDownloadBuilder().setActualPieceLength(1)),
        register(
            "is negative",
            "download.actual_content_length",
            r -> r.getDownloadBuilder().setActualContentLength(-1)),
        register(
            "needs too many pieces",
            "download.actual_content_length",
            r ->
                r.getDownloadBuilder()
                    .setActualContentLength(1L << 50)
                    .setActualPieceLength(4 << 20)),
        register("is long", "pieces", r -> r.setPieces(LONG_BITMAP)),
        register("is 1", "facts.piece_length", r -> r.getFactsBuilder().setPieceLength(1)));
  }

  static Stream<Hostile> events() {
    return Stream.of(
        event("is empty", "host_id", e -> e.setHostId("")),
        event("is long", "host_id", e -> e.setHostId("x".repeat(513))),
        event("has a line break", "peer_id", e -> e.setPeerId("a\nb")),
        event("is long", "peer_id", e -> e.setPeerId("x".repeat(1025))),
        event("is no hash", "task_id", e -> e.setTaskId("x".repeat(64))),
        event("is long", "task_id", e -> e.setTaskId("a".repeat(1 << 20))),
        event(
            "is long",
            "pieces",
            e -> e.getDownloadPeerFinishedRequestBuilder().setPieces(LONG_BITMAP)),
        event(
            "is long",
            "pieces",
            e -> e.getDownloadPeerBackToSourceFinishedRequestBuilder().setPieces(LONG_BITMAP)),
        event(
            "is 2^20",
            "piece_number",
            e -> e.getDownloadPieceFailedRequestBuilder().setParentId("p").setPieceNumber(1 << 20)),
        event(
            "has a line break",
            "parent_id",
            e -> e.getDownloadPieceFailedRequestBuilder().setParentId("a\nb")),
        event(
            "is negative",
            "piece_number",
            e -> e.getDownloadPieceBackToSourceFailedRequestBuilder().setPieceNumber(-1)),
        event(
            "is empty",
            "candidate_parents.id",
            e -> e.getReschedulePeerRequestBuilder().addCandidateParentsBuilder().setId("")),
        event(
            "are many",
            "candidate_parents",
            e ->
                e.getReschedulePeerRequestBuilder()
                    .addAllCandidateParents(
                        Collections.nCopies(257, Peer.newBuilder().setId("p").build()))));
  }

  static Stream<Hostile> hosts() {
    return Stream.of(
        host("is empty", "host.id", h -> h.setId("")),
        host("has a line break", "host.id", h -> h.setId("a\nb")),
        host("is long", "host.hostname", h -> h.setHostname("a.".repeat(127))),
        host("has a space", "host.hostname", h -> h.setHostname("a b")),
        host("begins with a hyphen", "host.hostname", h -> h.setHostname("-a")),
        host("has a long label", "host.hostname", h -> h.setHostname("a".repeat(64))),
        host("is a name", "host.ip", h -> h.setIp("metadata.internal")),
        host("is short for an address", "host.ip", h -> h.setIp("127.1")),
        host("is a number", "host.ip", h -> h.setIp("2130706433")),
        host("is out of range", "host.ip", h -> h.setIp("10.0.0.256")),
        host("has a zone", "host.ip", h -> h.setIp("fe80::1%eth0")),
        host("is every address", "host.ip", h -> h.setIp("0.0.0.0")),
        host("is every address", "host.ip", h -> h.setIp("::")),
        host("is a group", "host.ip", h -> h.setIp("224.0.0.1")),
        host("is long", "host.ip", h -> h.setIp("1".repeat(1000))),
        host("is 80", "host.port", h -> h.setPort(80)),
        host("is 65536", "host.piece_port", h -> h.setPiecePort(65536)),
        host("is negative", "host.proxy_port", h -> h.setProxyPort(-1)),
        host("is 9", "host.type", h -> h.setType(9)),
        host("is short", "host.reader_key", h -> h.setReaderKey(bytes(31))),
        host(
            "is long",
            "host.network.idc",
            h -> h.setNetwork(Network.newBuilder().setIdc("x".repeat(1025)))),
        host(
            "has a line break",
            "host.network.location",
            h -> h.setNetwork(Network.newBuilder().setLocation("a\nb"))));
  }

  static Stream<Hostile> answers() {
    Peer peer = Peer.newBuilder().setId(PEER_ID.value()).setHost(HostMapper.toProto(HOST)).build();
    return Stream.of(
        answer("are none", "no parents", Collections.emptyList()),
        answer("are many", "candidate_parents", Collections.nCopies(257, peer)),
        answer(
            "has a line break",
            "candidate_parents.id",
            Collections.singletonList(peer.toBuilder().setId("a\nb").build())),
        answer(
            "is a name",
            "host.ip",
            Collections.singletonList(
                peer.toBuilder()
                    .setHost(HostMapper.toProto(HOST).toBuilder().setIp("localhost"))
                    .build())),
        hostile("is a name", "ip", () -> AddressMapper.endpoint("ip", "localhost", 4000)),
        hostile("is 0", "ip", () -> AddressMapper.endpoint("ip", "10.0.0.1", 0)),
        hostile("is 65536", "ip", () -> AddressMapper.endpoint("ip", "10.0.0.1", 65536)));
  }

  private static Hostile register(
      String wrong, String field, Consumer<RegisterPeerRequest.Builder> change) {
    RegisterPeerRequest.Builder register =
        RegisterPeerRequest.newBuilder().setDownload(TaskMapper.toDownload(SPEC));
    return event(wrong, field, e -> e.setRegisterPeerRequest(changed(register, change)));
  }

  private static Hostile event(
      String wrong, String field, Consumer<AnnouncePeerRequest.Builder> change) {
    AnnouncePeerRequest.Builder event =
        AnnouncePeerRequest.newBuilder()
            .setHostId(HOST_ID.value())
            .setTaskId(TASK_ID.value())
            .setPeerId(PEER_ID.value());
    return hostile(wrong, field, () -> PeerEventMapper.fromProto(changed(event, change).build()));
  }

  private static Hostile host(String wrong, String field, Consumer<Host.Builder> change) {
    return hostile(
        wrong,
        field,
        () -> HostMapper.fromProto(changed(HostMapper.toProto(HOST).toBuilder(), change).build()));
  }

  private static Hostile answer(String wrong, String field, Iterable<Peer> parents) {
    AnnouncePeerResponse answer =
        AnnouncePeerResponse.newBuilder()
            .setNormalTaskResponse(NormalTaskResponse.newBuilder().addAllCandidateParents(parents))
            .build();
    return hostile(wrong, field, () -> DecisionMapper.fromProto(answer));
  }
}
