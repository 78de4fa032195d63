package dev.dragonfly.dfdaemon.doctor;

import dev.dragonfly.common.net.HostAndPort;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;

/** What a GET request to an address brought. */
sealed interface HttpReply {
  /** Bytes of an answer that are read at most. */
  int MOST_BYTES = 4 << 20;

  /**
   * An answer.
   *
   * @param server who the answer says it is from; empty: does not say
   * @param registryVersion the header that registries, and our proxy, identify themselves with
   */
  record Answer(int status, String server, String registryVersion, String body)
      implements HttpReply {}

  /** None; why, in words. */
  record Silence(String why) implements HttpReply {}

  /** Asks, waiting at most so long for the connection and for each piece of the answer. */
  static HttpReply get(HostAndPort address, String path, Duration patience) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create("http://" + address.text() + path).toURL().openConnection(Proxy.NO_PROXY);
      connection.setConnectTimeout((int) patience.toMillis());
      connection.setReadTimeout((int) patience.toMillis());
      connection.setInstanceFollowRedirects(false);
      try {
        return read(connection);
      } finally {
        connection.disconnect();
      }
    } catch (IOException | IllegalArgumentException e) {
      return new Silence(Objects.requireNonNullElse(e.getMessage(), e.toString()));
    }
  }

  private static HttpReply read(HttpURLConnection connection) throws IOException {
    int status = connection.getResponseCode();
    if (status < 0) {
      return new Silence("what listens there does not speak HTTP");
    }
    String body = "";
    if (status < 400) {
      try (InputStream in = connection.getInputStream()) {
        body = new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
      }
    }
    return new Answer(
        status,
        Objects.requireNonNullElse(connection.getHeaderField("Server"), ""),
        Objects.requireNonNullElse(
            connection.getHeaderField("Docker-Distribution-Api-Version"), ""),
        body);
  }
}
