package dev.dragonfly.dfdaemon.rpc;

import dev.dragonfly.api.dfdaemon.v2.DownloadTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskResponse;
import io.grpc.Context;

class DownloadServiceTest extends DownloadContract {
  @Override
  Runnable ask(DownloadTaskRequest request, RpcFixture.Answers<DownloadTaskResponse> to) {
    Context.CancellableContext call = Context.current().withCancellation();
    call.run(() -> fixture.download.downloadTask(request, to));
    return () -> call.cancel(null);
  }
}
