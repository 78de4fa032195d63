package dev.dragonfly.bench;

import dev.dragonfly.cluster.ClusterException;
import dev.dragonfly.cluster.SwarmCheck;
import dev.dragonfly.lab.Namespaces;
import dev.dragonfly.registry.Image;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/**
 * A node pulls an image through its proxy as containerd does: the manifest, then three blobs at a
 * time. Its threads are on the node's machine, as only that may call the proxy.
 */
final class NodePull {
  private static final int BLOBS_AT_ONCE = 3;

  private final ProxyPlace proxy;
  private final String base;
  private final String tag;
  private final Image image;
  private final Queue<Map.Entry<String, byte[]>> blobs;
  private final CountDownLatch manifest = new CountDownLatch(1);
  private final List<CompletableFuture<Long>> threads = new ArrayList<>();

  private NodePull(ProxyPlace proxy, String repository, String tag, Image image) {
    this.proxy = proxy;
    this.base = "http://" + proxy.address() + "/v2/" + repository;
    this.tag = tag;
    this.image = image;
    this.blobs = new ConcurrentLinkedQueue<>(image.blobs().entrySet());
  }

  /** Returns when all threads are on the machine and wait for the word. */
  static NodePull ready(
      ProxyPlace proxy, String repository, String tag, Image image, CountDownLatch go) {
    NodePull pull = new NodePull(proxy, repository, tag, image);
    CountDownLatch waiting = new CountDownLatch(BLOBS_AT_ONCE);
    for (int i = 0; i < BLOBS_AT_ONCE; i++) {
      boolean first = i == 0;
      CompletableFuture<Long> end = new CompletableFuture<>();
      pull.threads.add(end);
      Thread.ofPlatform()
          .name("pull-" + proxy.machine().namespace() + "-" + i)
          .daemon()
          .start(() -> pull.run(first, waiting, go, end));
    }
    await(waiting);
    return pull;
  }

  private void run(
      boolean first, CountDownLatch waiting, CountDownLatch go, CompletableFuture<Long> end) {
    try {
      Namespaces.enter(proxy.machine());
      waiting.countDown();
      await(go);
      if (first) {
        get("/manifests/" + tag, image.manifest().length);
        manifest.countDown();
      }
      await(manifest);
      Map.Entry<String, byte[]> blob;
      while ((blob = blobs.poll()) != null) {
        get("/blobs/" + blob.getKey(), blob.getValue().length);
      }
      end.complete(System.nanoTime());
    } catch (IOException | RuntimeException e) {
      end.completeExceptionally(e);
    } finally {
      waiting.countDown();
      manifest.countDown();
    }
  }

  private void get(String path, int length) throws IOException {
    try (BlobClient client = new BlobClient(proxy.server(URI.create(base + path), length), false)) {
      client.get();
    }
  }

  /** A signal ends the process; nothing else interrupts. */
  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted", e);
    }
  }

  /** When the last blob had come, of {@link System#nanoTime}; waits for it. */
  long endNanos() {
    long last = Long.MIN_VALUE;
    for (CompletableFuture<Long> thread : threads) {
      try {
        last = Math.max(last, thread.join());
      } catch (CompletionException e) {
        throw new ClusterException("a pull on " + proxy.machine().namespace() + " failed", e);
      }
    }
    return last;
  }

  /** Asks for every blob once more, which the daemon holds now, and compares its digest. */
  boolean hasRightBytes() {
    return Namespaces.inside(
        proxy.machine(), () -> image.blobs().keySet().stream().allMatch(this::isRight));
  }

  private boolean isRight(String digest) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) URI.create(base + "/blobs/" + digest).toURL().openConnection();
      connection.setRequestProperty(ProxyPlace.REGISTRY, proxy.registry());
      try (InputStream in = connection.getInputStream()) {
        return digest.equals("sha256:" + SwarmCheck.sha256(in));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + digest + " once more", e);
    }
  }
}
