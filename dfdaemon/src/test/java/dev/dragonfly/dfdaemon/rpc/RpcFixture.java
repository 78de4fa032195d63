package dev.dragonfly.dfdaemon.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.api.dfdaemon.v2.DfdaemonDownloadGrpc;
import dev.dragonfly.api.dfdaemon.v2.DfdaemonUploadGrpc;
import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.grpc.GrpcServers;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.HostStats;
import dev.dragonfly.common.host.HostType;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.dfdaemon.dynconfig.FakeSchedulers;
import dev.dragonfly.dfdaemon.storage.MemoryTask;
import dev.dragonfly.dfdaemon.storage.MemoryTaskStore;
import dev.dragonfly.dfdaemon.storage.OutputWriter;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Both services over loopback, around one task of three pieces of 1000 bytes and one of 500. */
final class RpcFixture implements AutoCloseable {
  static final TaskId ID = new TaskId("ab".repeat(32));
  static final int PIECE = 1000;
  static final DataAddress DATA = new DataAddress("10.0.0.1", 4005);

  final byte[] content = new byte[3500];
  final ManualTime timers = new ManualTime();
  final List<TaskId> toldSchedulers = new CopyOnWriteArrayList<>();
  final FakeSchedulers schedulers =
      new FakeSchedulers(new InetSocketAddress(InetAddress.getLoopbackAddress(), 8002));
  final MemoryTaskStore store;
  final MemoryTask task;
  final FakeRunner runner;
  final RpcContext context;
  final DfdaemonUploadGrpc.DfdaemonUploadStub upload;
  final DfdaemonDownloadGrpc.DfdaemonDownloadStub download;
  private final DiskExecutor disk = new DiskExecutor(2, 64, "test-disk");
  private final GrpcServers.Running uploadServer;
  private final GrpcServers.Running downloadServer;
  private final ManagedChannel uploadChannel;
  private final ManagedChannel downloadChannel;

  RpcFixture(Path folder) {
    new Random(4).nextBytes(content);
    store = new MemoryTaskStore(folder);
    task = MemoryTask.ofLength(ID, PIECE, content.length, folder);
    runner = new FakeRunner(task);
    context =
        new RpcContext(
            new HostId("10.0.0.1-me"),
            RpcFixture::host,
            runner,
            store,
            new OutputWriter(disk),
            timers,
            toldSchedulers::add);
    TriggerGuard guard = new TriggerGuard(schedulers, List.of(), timers);
    uploadServer = serve(new UploadService(context, DATA, guard).guarded());
    downloadServer = serve(new DownloadService(context));
    uploadChannel = connect(uploadServer);
    downloadChannel = connect(downloadServer);
    upload = DfdaemonUploadGrpc.newStub(uploadChannel);
    download = DfdaemonDownloadGrpc.newStub(downloadChannel);
  }

  static GrpcServers.Running serve(BindableService service) {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return GrpcServers.tcp(address, Optional.empty(), List.of(service));
  }

  private static ManagedChannel connect(GrpcServers.Running server) {
    return new GrpcChannels(Optional.empty()).tcp("127.0.0.1", server.port());
  }

  DfdaemonUploadGrpc.DfdaemonUploadBlockingStub blockingUpload() {
    return DfdaemonUploadGrpc.newBlockingStub(uploadChannel)
        .withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  DfdaemonDownloadGrpc.DfdaemonDownloadBlockingStub blockingDownload() {
    return DfdaemonDownloadGrpc.newBlockingStub(downloadChannel)
        .withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  static Host host() {
    return new Host(
        new HostId("10.0.0.1-me"),
        HostType.NORMAL,
        "me",
        "10.0.0.1",
        4000,
        4005,
        4001,
        Optional.of("idc-1"),
        Optional.of("a|b"),
        1,
        false,
        Optional.empty(),
        1,
        HostStats.NONE);
  }

  /** Waits for what another thread does soon and tells nobody. */
  static void await(BooleanSupplier condition) throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    for (int i = 0; i < 2000 && !condition.getAsBoolean(); i++) {
      assertThat(never.await(5, TimeUnit.MILLISECONDS)).isFalse();
    }
    assertThat(condition.getAsBoolean()).as("what the test waits for").isTrue();
  }

  @Override
  public void close() {
    uploadChannel.shutdownNow();
    downloadChannel.shutdownNow();
    uploadServer.close();
    downloadServer.close();
    disk.close();
  }

  /** What a stream brings. */
  static final class Answers<T> implements StreamObserver<T> {
    private final BlockingQueue<T> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    T next() throws InterruptedException {
      T message = messages.poll(10, TimeUnit.SECONDS);
      if (message == null) {
        throw new AssertionError("no message came; end: " + end);
      }
      return message;
    }

    int waiting() {
      return messages.size();
    }

    /** Completes when the server ended the stream, exceptionally with what it said. */
    CompletableFuture<Void> end() {
      return end.orTimeout(10, TimeUnit.SECONDS);
    }

    @Override
    public void onNext(T message) {
      messages.add(message);
    }

    @Override
    public void onError(Throwable cause) {
      end.completeExceptionally(cause);
    }

    @Override
    public void onCompleted() {
      end.complete(null);
    }
  }
}
