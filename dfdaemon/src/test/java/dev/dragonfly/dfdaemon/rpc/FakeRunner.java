package dev.dragonfly.dfdaemon.rpc;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import dev.dragonfly.dfdaemon.task.DownloadRequest;
import dev.dragonfly.dfdaemon.task.RunningDownload;
import dev.dragonfly.dfdaemon.task.TaskRunner;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Downloads of one task whose course the test decides. */
final class FakeRunner implements TaskRunner {
  static final PeerId PEER = new PeerId("10.0.0.1-me-peer");

  private final CompletableFuture<Void> idle = new CompletableFuture<>();
  private final StoredTask stored;
  private final BlockingQueue<DownloadRequest> requests = new LinkedBlockingQueue<>();
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private final CountDownLatch left = new CountDownLatch(1);
  volatile Optional<RuntimeException> refusal = Optional.empty();

  FakeRunner(StoredTask stored) {
    this.stored = stored;
  }

  /** The next request that came. */
  DownloadRequest request() throws InterruptedException {
    DownloadRequest request = requests.poll(10, TimeUnit.SECONDS);
    if (request == null) {
      throw new AssertionError("nothing was asked for");
    }
    return request;
  }

  /** Whether anything was asked for. */
  boolean wasAsked() {
    return !requests.isEmpty();
  }

  void finish() {
    done.complete(null);
  }

  void fail(ErrorCode code, String message) {
    done.completeExceptionally(new DragonflyException(code, message));
  }

  /** No download runs any more. */
  void isIdle() {
    idle.complete(null);
  }

  @Override
  public Optional<StoredTask> held(TaskId task, TaskSpec spec) {
    return Optional.empty();
  }

  @Override
  public CompletableFuture<Void> idle(TaskId task) {
    return idle.copy();
  }

  boolean awaitLeft() throws InterruptedException {
    return left.await(10, TimeUnit.SECONDS);
  }

  boolean wasLeft() {
    return left.getCount() == 0;
  }

  @Override
  public RunningDownload run(DownloadRequest request) {
    requests.add(request);
    if (refusal.isPresent()) {
      throw refusal.get();
    }
    return new RunningDownload() {
      @Override
      public TaskId taskId() {
        return stored.id();
      }

      @Override
      public PeerId peerId() {
        return PEER;
      }

      @Override
      public StoredTask stored() {
        return stored;
      }

      @Override
      public CompletableFuture<Void> done() {
        return done;
      }

      @Override
      public void close() {
        left.countDown();
        fail(ErrorCode.CANCELLED, "left");
      }
    };
  }
}
