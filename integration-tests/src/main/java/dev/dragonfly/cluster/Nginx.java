package dev.dragonfly.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An nginx of its own in a folder, serving {@code www} there; its access log counts the bytes. */
public final class Nginx implements AutoCloseable {
  private final Path folder;
  private final int port;
  private final Process process;

  public Nginx(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder.resolve("www"));
      this.port = freePort();
      Files.writeString(folder.resolve("nginx.conf"), configuration());
      String program = Programs.find("nginx").orElseThrow().toString();
      this.process =
          new ProcessBuilder(
                  program,
                  "-p",
                  folder.toString(),
                  "-c",
                  folder.resolve("nginx.conf").toString(),
                  "-e",
                  folder.resolve("error.log").toString())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("nginx.out").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Soon.holds("nginx listens", Duration.ofSeconds(10), this::listens);
  }

  private String configuration() {
    return """
    %3$s
    daemon off;
    worker_processes 1;
    pid %1$s/nginx.pid;
    events {}
    http {
      sendfile on; tcp_nopush on; keepalive_requests 100000000;
      log_format bytes '$request_method $uri $status $body_bytes_sent';
      access_log %1$s/access.log bytes;
      client_body_temp_path %1$s/t1; proxy_temp_path %1$s/t2; fastcgi_temp_path %1$s/t3;
      uwsgi_temp_path %1$s/t4; scgi_temp_path %1$s/t5;
      server { listen 127.0.0.1:%2$d; root %1$s/www; }
    }
    """
        .formatted(folder, port, isRoot() ? "user root;" : "");
  }

  /** As root its workers would become a user who may not read the temporary folder. */
  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private boolean listens() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** The URL of a file under {@code www}. */
  public String url(String path) {
    return "http://127.0.0.1:" + port + path;
  }

  /** Its first process, the parent of the others. */
  public long pid() {
    return process.pid();
  }

  public Path www() {
    return folder.resolve("www");
  }

  /** Bytes of bodies that left for the path, as the access log says; it is written at the end. */
  public long sent(String path) {
    long sum = 0;
    for (String line : log()) {
      String[] parts = line.split(" ");
      if (parts[1].equals(path)) {
        sum += Long.parseLong(parts[3]);
      }
    }
    return sum;
  }

  private List<String> log() {
    try {
      return Files.readAllLines(folder.resolve("access.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
