package dev.dragonfly.dfdaemon.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NearLoopsTest {
  private static final int PATIENCE_SECONDS = 10;
  private static final int CONNECTIONS = 6;

  private final EventLoops loops = new EventLoops(2);
  private final BlockingQueue<Accepted> accepted = new LinkedBlockingQueue<>();
  private final TcpListener listener =
      new TcpListener(
          loops,
          "test",
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
          CONNECTIONS,
          bootstrap -> {},
          new TcpListener.Connections() {
            @Override
            public void accepted(SocketChannel channel) {
              Accepted one = new Accepted(channel, new CountDownLatch(1));
              channel.closeFuture().addListener(closed -> one.closed().countDown());
              accepted.add(one);
            }

            @Override
            public void refused(SocketChannel channel) {}
          });

  /** A connection as the server sees it. */
  private record Accepted(SocketChannel channel, CountDownLatch closed) {
    EventLoop loop() {
      return channel.eventLoop();
    }

    void awaitClosed() throws InterruptedException {
      assertThat(closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
  }

  @AfterEach
  void end() {
    listener.close();
    loops.close();
  }

  @Test
  void connectionsOneAfterTheOtherStayOnTheLoopThatAccepts() throws Exception {
    Set<EventLoop> seen = new HashSet<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      Accepted one;
      try (Socket client = connect()) {
        one = next();
        seen.add(one.loop());
      }
      one.awaitClosed();
    }
    assertThat(seen).hasSize(1);
  }

  @Test
  void connectionsAtTheSameTimeAreSharedEvenly() throws Exception {
    try (Socket first = connect();
        Socket second = connect();
        Socket third = connect();
        Socket fourth = connect()) {
      EventLoop loop = next().loop();
      int same = 1;
      for (int i = 1; i < 4; i++) {
        same += next().loop().equals(loop) ? 1 : 0;
      }
      assertThat(same).isEqualTo(2);
    }
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), listener.port());
  }

  private Accepted next() throws InterruptedException {
    Accepted one = accepted.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(one).isNotNull();
    return one;
  }
}
