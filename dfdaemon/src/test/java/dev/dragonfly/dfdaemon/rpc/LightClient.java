package dev.dragonfly.dfdaemon.rpc;

import dev.dragonfly.api.dfdaemon.v2.DownloadTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskResponse;
import dev.dragonfly.api.ext.v1.LightAnswer;
import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.dfdaemon.net.FrameChannel;
import java.io.IOException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;

/** A connection to the light path that can say anything. */
final class LightClient implements AutoCloseable {
  private final SocketChannel channel;
  private final FrameChannel frames;

  LightClient(Path socket) throws IOException {
    channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    frames = new FrameChannel(channel, 1 << 20);
  }

  /** The next answer; absent when the daemon has closed. */
  Optional<LightAnswer> next() throws IOException {
    Optional<byte[]> frame;
    try {
      frame = frames.read();
    } catch (SocketException e) {
      return Optional.empty(); // It closed without having read all that was sent.
    }
    return frame.isPresent() ? Optional.of(LightAnswer.parseFrom(frame.get())) : Optional.empty();
  }

  void send(DownloadTaskRequest request) throws IOException {
    frames.write(request.toByteArray());
  }

  void sendBytes(byte... bytes) throws IOException {
    channel.write(ByteBuffer.wrap(bytes));
  }

  /** Tells all that comes, on a thread of its own. */
  void follow(RpcFixture.Answers<DownloadTaskResponse> to) {
    Threads.virtual("test-light-client", () -> tellAll(to));
  }

  private void tellAll(RpcFixture.Answers<DownloadTaskResponse> to) {
    try {
      Optional<LightAnswer> answer = next();
      while (answer.isPresent() && !answer.get().hasEnd()) {
        to.onNext(answer.get().getProgress());
        answer = next();
      }
      String code = answer.isPresent() ? answer.get().getEnd().getErrorCode() : "CANCELLED";
      if (code.isEmpty()) {
        to.onCompleted();
      } else {
        String message = answer.isPresent() ? answer.get().getEnd().getMessage() : "closed";
        to.onError(new DragonflyException(ErrorCode.valueOf(code), message));
      }
    } catch (IOException e) {
      to.onError(e);
    }
  }

  @Override
  public void close() {
    frames.close();
  }
}
