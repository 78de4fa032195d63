package dev.dragonfly.common.grpc;

import static dev.dragonfly.common.testing.HostileHttp2.ENHANCE_YOUR_CALM;
import static dev.dragonfly.common.testing.HostileHttp2.GO_AWAY;
import static dev.dragonfly.common.testing.HostileHttp2.HEADERS;
import static dev.dragonfly.common.testing.HostileHttp2.REFUSED_STREAM;
import static dev.dragonfly.common.testing.HostileHttp2.RST_STREAM;
import static dev.dragonfly.common.testing.HostileHttp2.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.api.dfdaemon.v2.DfdaemonUploadGrpc;
import dev.dragonfly.api.dfdaemon.v2.StatTaskRequest;
import dev.dragonfly.common.testing.HostileHttp2;
import dev.dragonfly.common.testing.HostileHttp2.Frame;
import io.grpc.ManagedChannel;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What strangers can do to a server with frames alone: they are refused, and it goes on. */
@Timeout(60)
final class HostileConnectionsTest {
  private static final String STAT = "/dfdaemon.v2.DfdaemonUpload/StatTask";
  private static final String SYNC_HOST = "/dfdaemon.v2.DfdaemonUpload/SyncHost";
  private static final int MESSAGE = 4 << 20;
  private static final int CALLS = 8;
  private static final int CONNECTIONS = 4;

  private final GrpcServers.Running server =
      GrpcServers.tcp(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
          Optional.empty(),
          new ServerLimits(MESSAGE, CALLS, CONNECTIONS, CONNECTIONS),
          List.of(new EchoService()));

  @AfterEach
  void itStillServesAndEnds() throws InterruptedException {
    ManagedChannel channel = new GrpcChannels(Optional.empty()).tcp("127.0.0.1", server.port());
    try {
      // a connection that was closed by the test is counted until the server has seen its end
      assertThat(
              DfdaemonUploadGrpc.newBlockingStub(channel)
                  .withDeadlineAfter(20, TimeUnit.SECONDS)
                  .withWaitForReady()
                  .statTask(StatTaskRequest.newBuilder().setTaskId("alive").build())
                  .getId())
          .isEqualTo("alive");
    } finally {
      channel.shutdownNow();
      assertThat(channel.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
      server.close();
    }
  }

  @Test
  void aMessageOfMoreThan4MiBIsRefusedAtItsFirstBytes() throws Exception {
    assertRefused(MESSAGE + 1);
  }

  @Test
  void aMessageOf128MiBIsRefusedAtItsFirstBytes() throws Exception {
    assertRefused(128 << 20);
  }

  private void assertRefused(int length) throws InterruptedException {
    try (RawHttp2 client = RawHttp2.connect(server.port(), Optional.empty())) {
      client.request(STAT);

      client.sendMessagePrefix(length);

      assertThat(client.next(Http2HeadersFrame.class).headers().get("grpc-status"))
          .hasToString("8");
    }
  }

  @Test
  void moreStreamsThanAllowedAreRefusedAlsoBeforeTheSettingsAreAcknowledged() throws Exception {
    try (HostileHttp2 client = new HostileHttp2(server.port())) {
      for (int i = 0; i < CALLS + 3; i++) {
        client.call(2 * i + 1, SYNC_HOST, 0);
      }
      client.flush();

      for (int i = CALLS; i < CALLS + 3; i++) {
        assertThat(client.next(RST_STREAM))
            .isEqualTo(new Frame(RST_STREAM, 2 * i + 1, REFUSED_STREAM));
      }
    }
  }

  @Test
  void aFloodOfResetsEndsTheConnection() throws Exception {
    try (HostileHttp2 client = new HostileHttp2(server.port())) {
      try {
        for (int i = 0; i < 3_000; i++) {
          client.call(2 * i + 1, SYNC_HOST, 0);
          client.reset(2 * i + 1);
        }
        client.flush();
      } catch (SocketException closedAlready) {
        // what the server said before is read below
      }

      assertThat(client.next(GO_AWAY).code()).isEqualTo(ENHANCE_YOUR_CALM);
      assertThatThrownBy(() -> client.next(SETTINGS))
          .isInstanceOfAny(EOFException.class, SocketException.class);
    }
  }

  @Test
  void headersOfMoreThan16KiBAreRefused() throws Exception {
    try (HostileHttp2 client = new HostileHttp2(server.port())) {
      client.call(1, STAT, 16_200);
      client.flush();

      assertThat(client.next(HEADERS, RST_STREAM, GO_AWAY).stream()).isEqualTo(1);
    }
  }

  @Test
  void connectionsBeyondTheLimitAreClosedUntilOneOfTheOthersEnds() throws Exception {
    List<HostileHttp2> open = new ArrayList<>();
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        open.add(new HostileHttp2(server.port()));
        open.getLast().flush();
        open.getLast().next(SETTINGS);
      }

      assertThat(isServed()).isFalse();

      open.removeFirst().close();
      while (!isServed()) {
        Thread.onSpinWait();
      }
    } finally {
      for (HostileHttp2 client : open) {
        client.close();
      }
    }
  }

  private boolean isServed() throws IOException {
    try (HostileHttp2 client = new HostileHttp2(server.port())) {
      client.flush();
      client.next(SETTINGS);
      return true;
    } catch (EOFException | SocketException refused) {
      return false;
    }
  }

  @Test
  void oneWhoHasANetworkOfIpv6CountsAsOne() {
    assertThat(ConnectionLimit.network(InetAddress.ofLiteral("2001:db8::1:2")))
        .isEqualTo(ConnectionLimit.network(InetAddress.ofLiteral("2001:db8::3:4")))
        .isNotEqualTo(ConnectionLimit.network(InetAddress.ofLiteral("2001:db8:0:1::1")));
    assertThat(ConnectionLimit.network(InetAddress.ofLiteral("10.0.0.1")))
        .isEqualTo(InetAddress.ofLiteral("10.0.0.1"));
  }
}
