package dev.dragonfly.dfdaemon.rpc;

import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.RangeRequest;
import dev.dragonfly.common.wire.ErrorMapper;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import dev.dragonfly.dfdaemon.task.RunningDownload;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Downloads for tools of this host, the same for every way they come. */
final class LocalDownloads {
  private final RpcContext context;

  LocalDownloads(RpcContext context) {
    this.context = context;
  }

  /**
   * Begins a download on a virtual thread.
   *
   * @return to be run when the caller has gone away; at any time, also more than once
   */
  Runnable begin(Download download, DownloadCaller caller) {
    AtomicReference<@Nullable RunningDownload> running = new AtomicReference<>();
    Threads.virtual("rpc-download", () -> download(download, caller, running));
    return () -> {
      RunningDownload mine = running.get();
      if (mine != null) {
        mine.close();
      }
    };
  }

  private void download(
      Download download,
      DownloadCaller caller,
      AtomicReference<@Nullable RunningDownload> running) {
    try {
      Optional<Path> output = output(download);
      output.ifPresent(path -> context.output().checkWritable(path, download.getOverwrite()));
      RangeRequest wanted = DownloadRequests.wanted(download);
      RunningDownload mine = context.runner().run(DownloadRequests.of(download, wanted));
      running.set(mine);
      // Who went away before there was anything to close.
      if (caller.isGone()) {
        mine.close();
      }
      DownloadCall.Finish finish =
          (stored, range) -> output.ifPresent(path -> write(stored, range, path, download));
      new DownloadCall(context.hostId(), mine, wanted, caller, finish).follow();
    } catch (RuntimeException e) {
      caller.end(Optional.of(ErrorMapper.fromThrowable(e)));
    }
  }

  private void write(StoredTask stored, Optional<ByteRange> range, Path path, Download download) {
    context
        .output()
        .write(stored, range, path, download.getOverwrite(), download.getForceHardLink());
  }

  private static Optional<Path> output(Download download) {
    if (!download.hasOutputPath() || download.getOutputPath().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Path.of(download.getOutputPath()));
    } catch (InvalidPathException e) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT, "not a path: " + download.getOutputPath(), e);
    }
  }
}
