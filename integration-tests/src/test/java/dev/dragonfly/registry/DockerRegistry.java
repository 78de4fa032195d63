package dev.dragonfly.registry;

import dev.dragonfly.cluster.Programs;
import dev.dragonfly.cluster.Soon;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The registry of the Debian package docker-registry; its own access log counts the bytes. */
public final class DockerRegistry implements AutoCloseable {
  /** Apache's combined format: ... "GET /v2/... HTTP/1.1" 200 1234 ... */
  private static final Pattern ACCESS =
      Pattern.compile("\"(\\w+) (\\S+) HTTP/[\\d.]+\" (\\d{3}) (\\d+) ");

  private final Path folder;
  private final int port;
  private final Optional<String> login;
  private final Daemon process;
  private final HttpClient http = HttpClient.newHttpClient();

  /**
   * Starts one.
   *
   * @param login {@code user:password} of the only one who may read and write; absent for everybody
   */
  public DockerRegistry(Path folder, Optional<String> login) {
    this.folder = folder;
    this.login = login;
    this.port = Daemon.freePort();
    try {
      Files.createDirectories(folder);
      Path config = Files.writeString(folder.resolve("registry.yml"), configuration());
      String program = Programs.find("docker-registry").orElseThrow().toString();
      process = new Daemon(List.of(program, "serve", config.toString()), log());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Soon.holds("the registry listens", Duration.ofSeconds(10), this::listens);
  }

  private String configuration() throws IOException {
    StringBuilder yaml =
        new StringBuilder(
            """
            version: 0.1
            log: {level: warn}
            storage: {filesystem: {rootdirectory: "%s/data"}}
            http: {addr: "127.0.0.1:%d"}
            """
                .formatted(folder, port));
    if (login.isPresent()) {
      String[] parts = login.get().split(":", 2);
      Path file = folder.resolve("htpasswd");
      Commands.run(
          List.of(
              Programs.find("htpasswd").orElseThrow().toString(),
              "-Bbc",
              file.toString(),
              parts[0],
              parts[1]));
      yaml.append("auth: {htpasswd: {realm: lab, path: \"").append(file).append("\"}}\n");
    }
    return yaml.toString();
  }

  private Path log() {
    return folder.resolve("registry.log");
  }

  private boolean listens() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** {@code http://127.0.0.1:port}. */
  public String url() {
    return "http://127.0.0.1:" + port;
  }

  /** Pushes the image (OCI distribution specification, "pushing manifests"). */
  public void push(String repository, String tag, Image image) {
    for (Map.Entry<String, byte[]> blob : image.blobs().entrySet()) {
      HttpResponse<Void> begun =
          send(request("/v2/" + repository + "/blobs/uploads/").POST(BodyPublishers.noBody()), 202);
      String location = begun.headers().firstValue("location").orElseThrow();
      URI upload = URI.create(url()).resolve(location);
      URI put =
          URI.create(upload + (upload.getQuery() == null ? "?" : "&") + "digest=" + blob.getKey());
      send(authorized(HttpRequest.newBuilder(put)).PUT(uncopied(blob.getValue())), 201);
    }
    put(repository, tag, Image.MANIFEST_TYPE, image.manifest());
  }

  /** A body of its length that is read where it lies: the JDK's own copies all of it first. */
  private static HttpRequest.BodyPublisher uncopied(byte[] body) {
    return body.length == 0
        ? BodyPublishers.noBody()
        : BodyPublishers.fromPublisher(
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)), body.length);
  }

  /** Pushes the images and a list of them, which has the tag. */
  public void push(String repository, String tag, List<Image> images) {
    images.forEach(image -> push(repository, image.digest(), image));
    put(repository, tag, Image.INDEX_TYPE, Image.index(images));
  }

  private void put(String repository, String reference, String type, byte[] manifest) {
    send(
        request("/v2/" + repository + "/manifests/" + reference)
            .header("content-type", type)
            .PUT(BodyPublishers.ofByteArray(manifest)),
        201);
  }

  private HttpRequest.Builder request(String path) {
    return authorized(HttpRequest.newBuilder(URI.create(url() + path)));
  }

  private HttpRequest.Builder authorized(HttpRequest.Builder request) {
    login.ifPresent(l ->
        request.header(
            "authorization",
            "Basic " + Base64.getEncoder().encodeToString(l.getBytes(StandardCharsets.UTF_8))));
    return request;
  }

  private HttpResponse<Void> send(HttpRequest.Builder request, int expected) {
    try {
      HttpResponse<Void> response =
          http.send(request.build(), HttpResponse.BodyHandlers.discarding());
      if (response.statusCode() != expected) {
        throw new AssertionError(response + " (expected " + expected + ")");
      }
      return response;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Bytes of bodies sent for GET requests whose path ends so, as its access log says. */
  public long sent(String end) {
    return gets()
        .filter(get -> path(get).endsWith(end))
        .mapToLong(get -> Long.parseLong(get.group(4)))
        .sum();
  }

  /** GET requests whose path has this part, as its access log says. */
  public long gets(String part) {
    return gets().filter(get -> path(get).contains(part)).count();
  }

  private Stream<Matcher> gets() {
    try {
      return Files.readAllLines(log()).stream()
          .map(ACCESS::matcher)
          .filter(access -> access.find() && access.group(1).equals("GET"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String path(Matcher matcher) {
    String target = matcher.group(2);
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  @Override
  public void close() {
    process.close();
  }
}
