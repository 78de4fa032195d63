package dev.dragonfly.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Lets all peers of a cluster fetch one URL at the same time and adds up where the bytes came from.
 */
public final class SwarmCheck {
  private static final Duration LIMIT = Duration.ofMinutes(30);

  private final LocalCluster cluster;

  public SwarmCheck(LocalCluster cluster) {
    this.cluster = cluster;
  }

  /**
   * What a check found.
   *
   * @param peers ordinary peers that fetched
   * @param deliveredBytes bytes that they have now, all together
   * @param originBytes bytes that all daemons read from the origin
   * @param peerBytes bytes that ordinary peers gave
   * @param seedBytes bytes that the seed gave
   * @param seconds until the last peer had everything
   * @param sha256 of what every peer got
   */
  public record Result(
      int peers,
      long deliveredBytes,
      long originBytes,
      long peerBytes,
      long seedBytes,
      double seconds,
      String sha256) {
    /** One line of JSON. */
    public String toJson() {
      return String.format(
          Locale.ROOT,
          "{\"peers\":%d,\"delivered_bytes\":%d,\"origin_bytes\":%d,\"peer_bytes\":%d,\"seed_bytes\":%d,\"seconds\":%.3f,\"sha256\":\"%s\"}",
          peers,
          deliveredBytes,
          originBytes,
          peerBytes,
          seedBytes,
          seconds,
          sha256);
    }
  }

  /**
   * Fetches and compares.
   *
   * @throws ClusterException when a peer failed or two got different bytes
   */
  public Result run(String url) {
    List<PeerNode> peers = cluster.peers();
    List<PeerNode.Received> before = peers.stream().map(PeerNode::received).toList();
    PeerNode.Received seedBefore = cluster.seed().received();
    List<Path> outputs = new ArrayList<>();
    for (int i = 0; i < peers.size(); i++) {
      outputs.add(cluster.folder().resolve("check-" + i));
    }
    long start = System.nanoTime();
    fetchAll(url, peers, outputs);
    double seconds = (System.nanoTime() - start) / 1e9;
    PeerNode.Received all = new PeerNode.Received(0, 0, 0);
    for (int i = 0; i < peers.size(); i++) {
      PeerNode.Received mine = peers.get(i).received().since(before.get(i));
      all =
          new PeerNode.Received(
              all.peers() + mine.peers(), all.seeds() + mine.seeds(), all.source() + mine.source());
    }
    long origin = all.source() + cluster.seed().received().since(seedBefore).source();
    return compare(outputs, all, origin, seconds);
  }

  private static void fetchAll(String url, List<PeerNode> peers, List<Path> outputs) {
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Void>> running = new ArrayList<>();
      for (int i = 0; i < peers.size(); i++) {
        PeerNode peer = peers.get(i);
        Path output = outputs.get(i);
        running.add(CompletableFuture.runAsync(() -> peer.get(url, output, LIMIT), executor));
      }
      CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
      throw new ClusterException("a peer failed: " + cause.getMessage(), cause);
    }
  }

  private static Result compare(
      List<Path> outputs, PeerNode.Received all, long origin, double seconds) {
    try {
      String first = sha256(outputs.getFirst());
      long delivered = 0;
      for (Path output : outputs) {
        String mine = sha256(output);
        if (!mine.equals(first)) {
          throw new ClusterException("two peers got different bytes: " + first + " and " + mine);
        }
        delivered += Files.size(output);
        Files.delete(output);
      }
      return new Result(
          outputs.size(), delivered, origin, all.peers(), all.seeds(), seconds, first);
    } catch (IOException e) {
      throw new ClusterException("cannot read what the peers wrote", e);
    }
  }

  /** SHA-256 of a file, 64 hex digits. */
  public static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return sha256(in);
    }
  }

  /** SHA-256 of all that comes, 64 hex digits. */
  public static String sha256(InputStream in) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      new DigestInputStream(in, digest).transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
