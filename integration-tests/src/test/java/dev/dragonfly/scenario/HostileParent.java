package dev.dragonfly.scenario;

import com.google.protobuf.ByteString;
import dev.dragonfly.api.dfdaemon.v2.DfdaemonUploadGrpc;
import dev.dragonfly.api.dfdaemon.v2.SyncPiecesRequest;
import dev.dragonfly.api.dfdaemon.v2.SyncPiecesResponse;
import dev.dragonfly.api.ext.v1.Holding;
import dev.dragonfly.api.ext.v1.ReportHoldingsRequest;
import dev.dragonfly.api.ext.v1.SchedulerExtGrpc;
import dev.dragonfly.api.ext.v1.SignedRun;
import dev.dragonfly.api.ext.v1.TaskFacts;
import dev.dragonfly.api.scheduler.v2.AnnounceHostRequest;
import dev.dragonfly.api.scheduler.v2.SchedulerGrpc;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.grpc.GrpcServers;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.net.HostAndPort;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.wire.TaskMapper;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A host of the cluster that says it holds whole files, and tells whoever asks for their pieces
 * what no daemon says, each time something else.
 */
final class HostileParent implements AutoCloseable {
  private static final String NAME = "hostile";
  private static final String ID = "127.0.0.1-" + NAME;
  private static final long PIECE_LENGTH = 4 << 20;
  private static final int LIMIT_SECONDS = 20;

  private static final List<SyncPiecesResponse> ANSWERS =
      List.of(
          run(r -> r.setFirstBlock(100_000_000)),
          run(r -> r.setFirstBlock(-1)),
          run(r -> r.setBlockLength(1)),
          run(r -> r.setDigests(bytes(1025 * 16))),
          run(r -> r.setPublicKey(bytes(31))),
          run(r -> r.setContentLength((1L << 53) + 1)),
          answer(a -> a.setNumber(100_000_000)),
          answer(a -> a.setNumber(-1)),
          answer(a -> a.setTcpPort(0)),
          answer(a -> a.addAllRuns(Collections.nCopies(1025, SignedRun.getDefaultInstance()))),
          answer(a -> a.setFacts(TaskFacts.newBuilder().setPieceLength(1))),
          answer(a -> a.setFacts(TaskFacts.newBuilder().putResponseHeader("a b", "v"))));

  /** How many different answers there are. */
  static final int SORTS = ANSWERS.size();

  private final AtomicInteger answers = new AtomicInteger();
  private final Set<String> asked = ConcurrentHashMap.newKeySet();
  private final GrpcServers.Running server =
      GrpcServers.tcp(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
          Optional.empty(),
          List.of(new Pieces()));
  private final ManagedChannel scheduler;

  HostileParent(HostAndPort scheduler) {
    this.scheduler = new GrpcChannels(Optional.empty()).tcp(scheduler.host(), scheduler.port());
  }

  /** Has the scheduler believe that it holds these files of so many bytes, and nothing else. */
  void holds(List<String> urls, long length) {
    dev.dragonfly.api.common.v2.Host host =
        dev.dragonfly.api.common.v2.Host.newBuilder()
            .setId(ID)
            .setHostname(NAME)
            .setIp("127.0.0.1")
            .setPort(server.port())
            .setPiecePort(server.port())
            .setExtVersion(Host.EXT_VERSION)
            .build();
    SchedulerGrpc.newBlockingStub(scheduler)
        .withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS)
        .announceHost(AnnounceHostRequest.newBuilder().setHost(host).build());
    SchedulerExtGrpc.newBlockingStub(scheduler)
        .withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS)
        .reportHoldings(
            ReportHoldingsRequest.newBuilder()
                .setHostId(ID)
                .setLast(true)
                .addAllHoldings(urls.stream().map(url -> holding(url, length)).toList())
                .build());
  }

  private static Holding holding(String url, long length) {
    TaskSpec spec = TaskSpec.ofUrl(url);
    long pieces = (length + PIECE_LENGTH - 1) / PIECE_LENGTH;
    return Holding.newBuilder()
        .setTaskId(TaskIdCalculator.taskId(spec).value())
        .setPeerId(ID + "-" + UUID.randomUUID())
        .setDownload(TaskMapper.toDownload(spec))
        .setFacts(TaskFacts.newBuilder().setContentLength(length).setPieceLength(PIECE_LENGTH))
        .setPieces(ByteString.copyFrom(new byte[] {(byte) ((1 << pieces) - 1)}))
        .setFinished(true)
        .build();
  }

  /** Of how many files somebody asked for pieces. */
  int asked() {
    return asked.size();
  }

  private final class Pieces extends DfdaemonUploadGrpc.DfdaemonUploadImplBase {
    @Override
    public void syncPieces(SyncPiecesRequest request, StreamObserver<SyncPiecesResponse> observer) {
      asked.add(request.getTaskId());
      observer.onNext(ANSWERS.get(answers.getAndIncrement() % SORTS));
    }
  }

  private static SyncPiecesResponse run(Consumer<SignedRun.Builder> change) {
    SignedRun.Builder run =
        SignedRun.newBuilder()
            .setBlockLength(256 << 10)
            .setDigests(bytes(16))
            .setPublicKey(bytes(32))
            .setSignature(bytes(64));
    change.accept(run);
    return answer(a -> a.addRuns(run));
  }

  private static SyncPiecesResponse answer(Consumer<SyncPiecesResponse.Builder> change) {
    SyncPiecesResponse.Builder answer =
        SyncPiecesResponse.newBuilder().setLength(PIECE_LENGTH).setIp("127.0.0.1").setTcpPort(4005);
    change.accept(answer);
    return answer.build();
  }

  private static ByteString bytes(int length) {
    return ByteString.copyFrom(new byte[length]);
  }

  @Override
  public void close() {
    scheduler.shutdownNow();
    server.close();
  }
}
