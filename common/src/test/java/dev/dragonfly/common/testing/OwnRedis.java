package dev.dragonfly.common.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import redis.embedded.RedisServer;
import redis.embedded.core.RedisServerBuilder;

/**
 * A real Redis of one test, which can be stopped and started again on its port. Registered as an
 * extension it is that of a test class: empty before each test, and ended after the last.
 */
public final class OwnRedis implements AutoCloseable, BeforeEachCallback, AfterAllCallback {
  private static final int MAX_LOOKS = 500;
  private static final long LOOK_NANOS = 10_000_000;

  private final int port;
  private final List<String> settings;
  private RedisServer server;

  private OwnRedis(int port, List<String> settings) {
    this.port = port;
    this.settings = settings;
    this.server = launch();
  }

  /** Starts a server with settings such as {@code requirepass secret}. */
  public static OwnRedis start(String... settings) {
    return new OwnRedis(freePort(), List.of(settings));
  }

  /** Starts a server on this port. */
  public static OwnRedis startOn(int port) {
    return new OwnRedis(port, List.of());
  }

  /** A port on which nobody listens now. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String address() {
    return "127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }

  /** Ends the server; what it held is lost. */
  public void stop() {
    try {
      server.stop();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it again, empty. */
  public void startAgain() {
    server = launch();
  }

  /** Sends one inline command and returns the first line of the answer. */
  public String command(String line) {
    try (Socket socket = open();
        BufferedReader in = send(socket, line)) {
      return String.valueOf(in.readLine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends one inline command whose answer is a list of texts. */
  public List<String> commandLines(String line) {
    List<String> texts = new ArrayList<>();
    try (Socket socket = open();
        BufferedReader in = send(socket, line)) {
      int count = Integer.parseInt(in.readLine().substring(1));
      for (int i = 0; i < count; i++) {
        in.readLine();
        texts.add(in.readLine());
      }
      return texts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Socket open() throws IOException {
    Socket socket = new Socket("127.0.0.1", port);
    socket.setSoTimeout(5_000);
    return socket;
  }

  private static BufferedReader send(Socket socket, String line) throws IOException {
    socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  @Override
  public void beforeEach(ExtensionContext test) {
    command("FLUSHALL");
  }

  @Override
  public void afterAll(ExtensionContext tests) {
    close();
  }

  @Override
  public void close() {
    stop();
  }

  /** The server says that it is ready a moment before connections are accepted. */
  private void awaitListening() throws IOException {
    for (int i = 0; ; i++) {
      try (Socket socket = open()) {
        return;
      } catch (ConnectException e) {
        if (i == MAX_LOOKS) {
          throw e;
        }
        LockSupport.parkNanos(LOOK_NANOS);
      }
    }
  }

  private RedisServer launch() {
    try {
      RedisServerBuilder builder =
          RedisServer.newRedisServer().port(port).bind("127.0.0.1").setting("save \"\"");
      for (String setting : settings) {
        builder.setting(setting);
      }
      RedisServer started = builder.build();
      started.start();
      awaitListening();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
