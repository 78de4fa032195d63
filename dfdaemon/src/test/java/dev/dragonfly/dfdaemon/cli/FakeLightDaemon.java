package dev.dragonfly.dfdaemon.cli;

import dev.dragonfly.api.dfdaemon.v2.DownloadTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskResponse;
import dev.dragonfly.api.ext.v1.LightAnswer;
import dev.dragonfly.api.ext.v1.LightEnd;
import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.wire.ErrorMapper;
import dev.dragonfly.dfdaemon.net.FrameChannel;
import dev.dragonfly.dfdaemon.net.LightProtocol;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The fake daemon on the light path; with what a real one never says. */
final class FakeLightDaemon implements AutoCloseable {
  private final ServerSocketChannel listener;
  private final FakeDaemon daemon;
  private final Optional<LightAnswer> greeting;
  private final Queue<FrameChannel> open = new ConcurrentLinkedQueue<>();

  /**
   * @param socket of gRPC
   * @param greeting absent: it accepts nobody
   */
  FakeLightDaemon(Path socket, FakeDaemon daemon, Optional<LightAnswer> greeting)
      throws IOException {
    this.daemon = daemon;
    this.greeting = greeting;
    listener =
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            .bind(UnixDomainSocketAddress.of(LightProtocol.beside(socket)));
    if (greeting.isPresent()) {
      Threads.virtual("fake-light-daemon", this::serveAll);
    }
  }

  static LightAnswer greeting(int version) {
    return LightAnswer.newBuilder().setGreeting(version).build();
  }

  private void serveAll() {
    while (listener.isOpen()) {
      try {
        FrameChannel frames = new FrameChannel(listener.accept(), 1 << 20);
        open.add(frames);
        frames.write(greeting.orElseThrow().toByteArray());
        Optional<byte[]> request = frames.read();
        if (request.isPresent()) {
          daemon.downloadTask(DownloadTaskRequest.parseFrom(request.get()), new Teller(frames));
        }
      } catch (IOException e) {
        // That client has gone; the test looks at what it says.
      }
    }
  }

  /** Ends every connection without a word. */
  void vanish() {
    open.forEach(FrameChannel::close);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    vanish();
  }

  private record Teller(FrameChannel frames) implements StreamObserver<DownloadTaskResponse> {
    @Override
    public void onNext(DownloadTaskResponse message) {
      write(LightAnswer.newBuilder().setProgress(message).build());
    }

    @Override
    public void onError(Throwable cause) {
      DragonflyException failure = ErrorMapper.fromThrowable(cause);
      write(
          LightAnswer.newBuilder()
              .setEnd(
                  LightEnd.newBuilder()
                      .setErrorCode(failure.code().name())
                      .setMessage(failure.getMessage()))
              .build());
    }

    @Override
    public void onCompleted() {
      write(LightAnswer.newBuilder().setEnd(LightEnd.getDefaultInstance()).build());
    }

    private void write(LightAnswer answer) {
      try {
        frames.write(answer.toByteArray());
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
