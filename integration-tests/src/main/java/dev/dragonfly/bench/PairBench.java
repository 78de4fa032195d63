package dev.dragonfly.bench;

import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.cluster.ClusterException;
import dev.dragonfly.cluster.ClusterSettings;
import dev.dragonfly.cluster.Folders;
import dev.dragonfly.cluster.LocalCluster;
import dev.dragonfly.cluster.MemoryFolder;
import dev.dragonfly.cluster.PeerNode;
import dev.dragonfly.cluster.TestOrigin;
import dev.dragonfly.common.config.DataSize;
import dev.dragonfly.common.lifecycle.Closer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/**
 * One daemon gets a file from another one that holds it (the seed), over loopback and from memory
 * to memory: what of the machine a byte costs each of them.
 */
@Command(
    name = "pair",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "One daemon gets a file from one that holds it: GB/s and processor time of each side.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./dragonfly bench pair --size 4GiB",
      "  ./dragonfly bench pair --size 1GiB --rounds 9 --json"
    })
final class PairBench implements Callable<Integer> {
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final long SPARE = 2L << 30; // For the processes.
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Option(
      names = "--size",
      defaultValue = "4GiB",
      description = "The file. Default: ${DEFAULT-VALUE}.")
  private String size = "";

  @Option(names = "--rounds", description = "Downloads of each kind, after one more. Default: 5.")
  private int rounds = 5;

  @Option(names = "--json", description = "One last line of JSON on stdout, all else on stderr.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    long length;
    try {
      length = DataSize.parse(size).bytes();
    } catch (IllegalArgumentException e) {
      System.err.println("dragonfly: " + e.getMessage());
      return 2;
    }
    if (2 * length + SPARE > Machine.available()) {
      System.err.printf(
          "dragonfly: both copies are kept in memory: this needs %s, there are %s%n",
          DataSize.rounded(2 * length + SPARE), DataSize.rounded(Machine.available()));
      return 1;
    }
    Closer closer = new Closer(); // Closed by a signal too: what is in memory stays there else.
    Runtime.getRuntime().addShutdownHook(new Thread(closer::close, "stop"));
    try (closer) {
      Path folder = MemoryFolder.create();
      closer.add(() -> Folders.delete(folder));
      ClusterSettings settings = ClusterSettings.ofPeers(1).in(Optional.of(folder));
      LocalCluster cluster = closer.add(LocalCluster.start(settings));
      TestOrigin origin = closer.add(new TestOrigin());
      Map<String, Object> report = new LinkedHashMap<>();
      report.put("file_bytes", length);
      report.put("rounds", rounds);
      measure(cluster, origin, length, false, report);
      measure(cluster, origin, length, true, report);
      if (json) {
        System.out.println(JSON.writeValueAsString(report));
      }
      return 0;
    } catch (ClusterException e) {
      System.err.println("dragonfly: " + e.getMessage());
      return 1;
    }
  }

  /**
   * Some downloads of one file that the seed holds.
   *
   * @param whole whether the receiver is asked to compare the digest of the whole too
   */
  private void measure(
      LocalCluster cluster,
      TestOrigin origin,
      long length,
      boolean whole,
      Map<String, Object> report)
      throws IOException {
    String path = whole ? "/whole" : "/blocks";
    PeerNode receiver = cluster.peer(0);
    PeerNode holder = cluster.seed();
    Path output = cluster.folder().resolve("received");
    Download.Builder request =
        Download.newBuilder()
            .setUrl(origin.file(path, length))
            .setOutputPath(output.toString())
            .setForceHardLink(true); // The copy to the output is no part of the transfer.
    holder.get(request.build(), LIMIT);
    Files.delete(output);
    if (whole) {
      request.setDigest("sha256:" + origin.sha256(path));
    }
    Figures rate = new Figures();
    Figures sent = new Figures();
    Figures received = new Figures();
    for (int i = 0; i <= rounds; i++) {
      double sentBefore = Machine.processorSeconds(holder.process().pid());
      double receivedBefore = Machine.processorSeconds(receiver.process().pid());
      long start = System.nanoTime();
      receiver.get(request.build(), LIMIT);
      double seconds = (System.nanoTime() - start) / 1e9;
      if (i > 0) { // The first one warmed both up.
        rate.add(length / seconds / 1e9);
        sent.add((Machine.processorSeconds(holder.process().pid()) - sentBefore) * 1e9 / length);
        received.add(
            (Machine.processorSeconds(receiver.process().pid()) - receivedBefore) * 1e9 / length);
      }
      Files.delete(output);
      SwarmDownload.deleteAll(receiver);
    }
    SwarmDownload.deleteAll(holder);
    tell(whole ? "whole" : "blocks", rate, sent, received, report);
  }

  private void tell(
      String kind, Figures rate, Figures sent, Figures received, Map<String, Object> report) {
    (json ? System.err : System.out)
        .printf(
            Locale.ROOT,
            "%s verified: %.2f GB/s; CPU s per GB: upload %.2f, download %.2f (medians of %d)%n",
            kind,
            rate.median(),
            sent.median(),
            received.median(),
            rounds);
    report.put(kind + "_gb_per_second", rate.median());
    report.put(kind + "_upload_cpu_seconds_per_gb", sent.median());
    report.put(kind + "_download_cpu_seconds_per_gb", received.median());
  }
}
