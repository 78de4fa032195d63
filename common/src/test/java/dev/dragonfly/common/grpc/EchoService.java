package dev.dragonfly.common.grpc;

import dev.dragonfly.api.common.v2.Host;
import dev.dragonfly.api.common.v2.Task;
import dev.dragonfly.api.dfdaemon.v2.DfdaemonUploadGrpc;
import dev.dragonfly.api.dfdaemon.v2.StatTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.SyncHostRequest;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Answers StatTask with the id that was asked for; SyncHost stays open and tells its deadline. */
final class EchoService extends DfdaemonUploadGrpc.DfdaemonUploadImplBase {
  final BlockingQueue<StreamObserver<Host>> open = new LinkedBlockingQueue<>();
  private volatile boolean hadDeadline;

  @Override
  public void statTask(StatTaskRequest request, StreamObserver<Task> answers) {
    answers.onNext(Task.newBuilder().setId(request.getTaskId()).build());
    answers.onCompleted();
  }

  @Override
  public void syncHost(SyncHostRequest request, StreamObserver<Host> answers) {
    Deadline deadline = Context.current().getDeadline();
    hadDeadline = deadline != null;
    open.add(answers);
  }

  /** Whether the last SyncHost had a deadline. */
  boolean hadDeadline() {
    return hadDeadline;
  }
}
