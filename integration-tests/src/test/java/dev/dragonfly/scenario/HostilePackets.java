package dev.dragonfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** What comes to a piece port and is no request: {@code id tag length(4) value}. */
final class HostilePackets {
  private static final int REQUEST = 0;
  private static final int CONTENT = 1;
  private static final int CACHE_REQUEST = 6;
  private static final int ERROR = 255;
  private static final int TASK_AND_PIECE = 68;

  private static final int LIMIT_MILLIS = 60_000;

  private HostilePackets() {}

  /** Bytes for a piece port. */
  static final class Packet {
    private final byte[] bytes;

    private Packet(byte[] bytes) {
      this.bytes = bytes;
    }

    /** Sends it on a connection of its own, which is closed without an answer. */
    void assertClosesConnection(int port) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.setSoTimeout(LIMIT_MILLIS);
        socket.getOutputStream().write(bytes);
        assertThat(socket.getInputStream().read())
            .as(HexFormat.of().formatHex(bytes))
            .isEqualTo(-1);
      } catch (SocketException reset) {
        // closed as well
      } catch (IOException e) {
        throw new AssertionError("a hostile packet was not refused", e);
      }
    }
  }

  static List<Packet> all() {
    return List.of(
        new Packet("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
        packet(9, 0, new byte[0]),
        packet(REQUEST, -1, new byte[0]),
        packet(REQUEST, 128 << 20, new byte[0]),
        packet(CONTENT, 128 << 20, new byte[0]),
        packet(ERROR, (64 << 10) + 1, new byte[0]),
        packet(REQUEST, TASK_AND_PIECE, request("a", -1)),
        packet(REQUEST, TASK_AND_PIECE, request("/", 0)),
        packet(CACHE_REQUEST, TASK_AND_PIECE, request("a", 0)),
        packet(CONTENT, TASK_AND_PIECE, request("a", 0)));
  }

  private static byte[] request(String digit, int piece) {
    return ByteBuffer.allocate(TASK_AND_PIECE)
        .put(digit.repeat(64).getBytes(StandardCharsets.US_ASCII))
        .putInt(piece)
        .array();
  }

  private static Packet packet(int tag, int length, byte[] value) {
    ByteBuffer bytes = ByteBuffer.allocate(6 + value.length);
    return new Packet(bytes.put((byte) 0).put((byte) tag).putInt(length).put(value).array());
  }
}
