package dev.dragonfly.bench;

import dev.dragonfly.cluster.ClusterSettings;
import dev.dragonfly.cluster.Folders;
import dev.dragonfly.cluster.LocalCluster;
import dev.dragonfly.cluster.Nginx;
import dev.dragonfly.registry.Image;
import dev.dragonfly.registry.LabRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A cached blob through the proxy beside the same file from nginx, in turns, each request on a new
 * connection: time to the first byte, and bytes per second.
 */
@Command(
    name = "proxy",
    mixinStandardHelpOptions = true,
    description = "Cached blobs through the proxy, beside nginx.",
    footerHeading = "%nExample:%n",
    footer = "  ./dragonfly bench proxy --rounds 15")
final class ProxyBench implements Callable<Integer> {
  private static final String REPOSITORY = "bench/blob";
  private static final int[] LENGTHS = {10 << 10, 4 << 20, 200 << 20};
  private static final long WARM_UP_BYTES = 1L << 30;
  private static final int MAX_WARM_UP = 300;
  private static final int READ = 256 << 10;

  @Option(
      names = "--rounds",
      description = "Requests of each kind. Default: ${DEFAULT-VALUE}.",
      defaultValue = "15")
  private int rounds;

  /** One request: milliseconds to the first byte of the body, and to the last. */
  private record Timing(double first, double last) {}

  @Override
  public Integer call() throws IOException {
    Path folder = Files.createTempDirectory("dragonfly-bench-");
    try (LabRegistry registry = new LabRegistry();
        Nginx nginx = new Nginx(folder);
        LocalCluster cluster = LocalCluster.start(ClusterSettings.ofPeers(1))) {
      System.out.println("min / median / max; each request on a connection of its own");
      for (int length : LENGTHS) {
        measure(length, registry, nginx, cluster.peer(0).proxy());
      }
      return 0;
    } finally {
      Folders.delete(folder);
    }
  }

  private void measure(int length, LabRegistry registry, Nginx nginx, String proxy)
      throws IOException {
    Image image = Image.of(length, length);
    registry.push(REPOSITORY, "v1", image);
    String digest =
        image.blobs().entrySet().stream()
            .filter(blob -> blob.getValue().length == length)
            .findFirst()
            .orElseThrow()
            .getKey();
    Files.write(nginx.www().resolve("blob"), image.blobs().get(digest));
    URI cached = URI.create("http://" + proxy + "/v2/" + REPOSITORY + "/blobs/" + digest);
    URI plain = URI.create(nginx.url("/blob"));
    String header = "X-Dragonfly-Registry: " + registry.url() + "\r\n";
    for (int i = 0; i < Math.min(MAX_WARM_UP, WARM_UP_BYTES / length); i++) {
      get(cached, header, length);
      get(plain, "", length);
    }
    Figures ourFirst = new Figures();
    Figures theirFirst = new Figures();
    Figures ourRate = new Figures();
    Figures theirRate = new Figures();
    for (int i = 0; i < rounds; i++) {
      Timing ours = get(cached, header, length);
      Timing theirs = get(plain, "", length);
      ourFirst.add(ours.first());
      theirFirst.add(theirs.first());
      ourRate.add(length / ours.last() / 1e3);
      theirRate.add(length / theirs.last() / 1e3);
    }
    System.out.printf(
        "%9d bytes  first byte: proxy %s, nginx %s%n",
        length, ourFirst.text("ms"), theirFirst.text("ms"));
    System.out.printf(
        "%9s        rate:       proxy %s, nginx %s; ratio of medians %.2f%n",
        "", ourRate.text("MB/s"), theirRate.text("MB/s"), ourRate.median() / theirRate.median());
  }

  private static Timing get(URI uri, String header, int length) throws IOException {
    long start = System.nanoTime();
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.setSoTimeout(30_000);
      OutputStream out = socket.getOutputStream();
      out.write(
          ("GET "
                  + uri.getPath()
                  + " HTTP/1.1\r\nHost: bench\r\n"
                  + header
                  + "Connection: close\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      return read(socket.getInputStream(), start, length);
    }
  }

  private static Timing read(InputStream in, long start, int length) throws IOException {
    String status = skipHead(in);
    if (!status.contains(" 200 ")) {
      throw new IOException("answered " + status);
    }
    byte[] buffer = new byte[READ];
    long first = 0;
    long received = 0;
    int n;
    while (received < length && (n = in.read(buffer)) > 0) {
      if (received == 0) {
        first = System.nanoTime();
      }
      received += n;
    }
    if (received != length) {
      throw new IOException("got " + received + " bytes of " + length);
    }
    return new Timing((first - start) / 1e6, (System.nanoTime() - start) / 1e6);
  }

  /** Reads the head byte by byte, which costs both sides the same; returns the first line. */
  private static String skipHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("the answer ended in its head: " + head);
      }
      head.append((char) b);
    }
    return head.substring(0, head.indexOf("\r\n"));
  }
}
