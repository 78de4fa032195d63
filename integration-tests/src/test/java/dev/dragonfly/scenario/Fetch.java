package dev.dragonfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.cluster.PeerNode;
import dev.dragonfly.cluster.Soon;
import dev.dragonfly.cluster.SwarmCheck;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One download through one daemon, running beside the test. */
final class Fetch {
  /** No download of a test may take longer: that would be a hang. */
  static final Duration LIMIT = Duration.ofSeconds(90);

  private static final Executor THREADS = Executors.newVirtualThreadPerTaskExecutor();

  private final PeerNode node;
  private final Path output;
  private final PeerNode.Received before;
  private final CompletableFuture<Void> done;

  private Fetch(PeerNode node, Download wanted, Path output) {
    this.node = node;
    this.output = output;
    this.before = node.received();
    Download download = wanted.toBuilder().setOutputPath(output.toString()).build();
    this.done = CompletableFuture.runAsync(() -> node.get(download, LIMIT), THREADS);
  }

  /** Begins to fetch the URL into a new file of the folder. */
  static Fetch start(PeerNode node, String url, Path folder) {
    return start(node, Download.newBuilder().setUrl(url).build(), folder);
  }

  /** Begins to fetch what is wanted into a new file of the folder. */
  static Fetch start(PeerNode node, Download wanted, Path folder) {
    return new Fetch(node, wanted, folder.resolve(node.process().name() + "-" + System.nanoTime()));
  }

  /** Fetches and returns when all is there. */
  static Fetch now(PeerNode node, String url, Path folder) {
    return start(node, url, folder).join();
  }

  PeerNode node() {
    return node;
  }

  /** Waits until the daemon has received so much; fails when the download ends before. */
  Fetch awaitReceived(long bytes) {
    Soon.holds(
        () -> node.process().name() + " received " + received() + " bytes of " + bytes,
        LIMIT,
        () -> received().total() >= bytes || done.isDone());
    assertThat(done).as("the download was over before the fault").isNotDone();
    return this;
  }

  /** What its daemon received since this began; the daemon must not have been restarted. */
  PeerNode.Received received() {
    return node.received().since(before);
  }

  /** Waits for the end; fails as the download failed. */
  Fetch join() {
    try {
      done.get(LIMIT.toSeconds() + 5, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException e) {
      throw new CompletionException(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("download of " + output + " hangs", e);
    }
    return this;
  }

  /** Waits for the end, whatever it is; says whether it is a good one. */
  boolean joinQuietly() {
    return done.handle((ok, failure) -> failure == null)
        .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
        .join();
  }

  /** SHA-256 of what was written, 64 hex digits. */
  String sha256() {
    try {
      return SwarmCheck.sha256(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean wroteNothing() {
    return !Files.exists(output);
  }
}
