package dev.dragonfly.dfdaemon.rpc;

import dev.dragonfly.api.dfdaemon.v2.DownloadTaskResponse;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.wire.ErrorMapper;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Optional;

/** Who called DownloadTask. */
record GrpcCaller(ServerCallStreamObserver<DownloadTaskResponse> answer) implements DownloadCaller {
  @Override
  public boolean isGone() {
    return answer.isCancelled();
  }

  @Override
  public void tell(DownloadTaskResponse message) {
    answer.onNext(message);
  }

  @Override
  public void end(Optional<DragonflyException> failure) {
    if (failure.isPresent()) {
      answer.onError(ErrorMapper.toStatus(failure.get()));
    } else {
      answer.onCompleted();
    }
  }
}
