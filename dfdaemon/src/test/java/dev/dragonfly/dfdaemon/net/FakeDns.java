package dev.dragonfly.dfdaemon.net;

import dev.dragonfly.common.concurrent.Threads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A DNS server on a UDP port of the loopback. Names that begin with {@code slow} are never
 * answered; of all others only those that were told exist.
 */
public final class FakeDns implements AutoCloseable {
  private static final int A = 1;
  private static final int AAAA = 28;
  private static final int NO_SUCH_NAME = 3;

  private final DatagramSocket socket;
  private final Map<String, List<byte[]>> addresses = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();

  public FakeDns() {
    try {
      socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Threads.virtual("fake-dns", this::serve);
  }

  /** The addresses of a name, each as 8 or 32 hex digits. */
  public FakeDns with(String name, String... all) {
    addresses.put(name, Arrays.stream(all).map(HexFormat.of()::parseHex).toList());
    return this;
  }

  public InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  /** Names in the order of their questions; a name may be asked for by several types. */
  public List<String> asked() {
    return asked;
  }

  private void serve() {
    byte[] buffer = new byte[1500];
    while (!socket.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        ByteBuffer question = ByteBuffer.wrap(buffer, 0, packet.getLength());
        String name = name(question.position(12));
        asked.add(name);
        if (!name.startsWith("slow")) {
          byte[] answer = answer(question, name);
          socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        }
      } catch (IOException e) {
        return; // Closed.
      }
    }
  }

  private static String name(ByteBuffer question) {
    StringBuilder name = new StringBuilder();
    for (int length = question.get(); length > 0; length = question.get()) {
      byte[] label = new byte[length];
      question.get(label);
      name.append(name.isEmpty() ? "" : ".").append(new String(label, StandardCharsets.US_ASCII));
    }
    return name.toString();
  }

  /** The position is behind the name. */
  private byte[] answer(ByteBuffer question, String name) {
    int type = question.getShort();
    int end = question.position() + 2;
    List<byte[]> known = addresses.getOrDefault(name, List.of());
    List<byte[]> fitting = known.stream().filter(address -> fits(address, type)).toList();
    ByteBuffer answer = ByteBuffer.allocate(512);
    answer.putShort(question.getShort(0));
    answer.putShort((short) (0x8580 | (known.isEmpty() ? NO_SUCH_NAME : 0)));
    answer.putShort((short) 1).putShort((short) fitting.size()).putInt(0);
    answer.put(question.duplicate().position(12).limit(end));
    for (byte[] address : fitting) {
      answer.putShort((short) 0xc00c).putShort((short) type).putShort((short) 1);
      answer.putInt(60).putShort((short) address.length).put(address);
    }
    byte[] bytes = new byte[answer.position()];
    answer.flip().get(bytes);
    return bytes;
  }

  private static boolean fits(byte[] address, int type) {
    return type == (address.length == 4 ? A : AAAA);
  }

  @Override
  public void close() {
    socket.close();
  }
}
