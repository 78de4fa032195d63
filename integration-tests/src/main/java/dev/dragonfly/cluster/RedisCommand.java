package dev.dragonfly.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Sends one inline command to a Redis on loopback: enough for FLUSHALL, without a client library.
 */
final class RedisCommand {
  private static final int TIMEOUT_MILLIS = 5_000;

  private RedisCommand() {}

  static void send(int port, String password, String command) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      OutputStream out = socket.getOutputStream();
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      for (String line : new String[] {"AUTH " + password, command}) {
        out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
        String answer = in.readLine();
        if (answer == null || !answer.startsWith("+")) {
          throw new ClusterException("Redis answered " + answer + " to " + command);
        }
      }
    } catch (IOException e) {
      throw new ClusterException("cannot send " + command + " to Redis", e);
    }
  }
}
