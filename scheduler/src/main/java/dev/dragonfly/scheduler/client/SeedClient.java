package dev.dragonfly.scheduler.client;

import com.google.common.util.concurrent.MoreExecutors;
import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.dfdaemon.v2.DfdaemonUploadGrpc;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskResponse;
import dev.dragonfly.common.grpc.ChannelCache;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.wire.AddressMapper;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;

/**
 * Makes seeds download. One channel per seed, the longest unused are given up. Safe for any thread.
 */
public final class SeedClient implements AutoCloseable {
  private static final int MAX_CHANNELS = 64;
  private static final int WINDOW = 16;

  private final ChannelCache channels;

  public SeedClient(GrpcChannels channels) {
    this.channels = new ChannelCache(channels, MAX_CHANNELS);
  }

  /**
   * Asks the seed to fetch the content. The future is done at the end of the seed's answer, or
   * fails with its status; cancelling it cancels the call.
   */
  public CompletableFuture<Void> download(Host seed, Download download) {
    ClientCall<DownloadTaskRequest, DownloadTaskResponse> call =
        channels
            .to(AddressMapper.endpoint("host.ip", seed.ip(), seed.port()))
            .newCall(
                DfdaemonUploadGrpc.getDownloadTaskMethod(),
                CallOptions.DEFAULT.withExecutor(MoreExecutors.directExecutor()));
    CompletableFuture<Void> done = new CompletableFuture<>();
    done.whenComplete((nothing, error) -> {
      if (done.isCancelled()) {
        call.cancel("the scheduler gave the seed's download up", error);
      }
    });
    call.start(new Drain(call, done), new Metadata());
    call.sendMessage(DownloadTaskRequest.newBuilder().setDownload(download).build());
    call.halfClose();
    call.request(WINDOW);
    return done;
  }

  @Override
  public void close() {
    channels.close();
  }

  /** Reads the answer to its end. */
  private static final class Drain extends ClientCall.Listener<DownloadTaskResponse> {
    private final ClientCall<?, ?> call;
    private final CompletableFuture<Void> done;

    Drain(ClientCall<?, ?> call, CompletableFuture<Void> done) {
      this.call = call;
      this.done = done;
    }

    @Override
    public void onMessage(DownloadTaskResponse message) {
      call.request(1);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      if (status.isOk()) {
        done.complete(null);
        return;
      }
      done.completeExceptionally(status.asRuntimeException(trailers));
    }
  }
}
