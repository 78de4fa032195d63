package dev.dragonfly.bench;

import dev.dragonfly.cluster.ClusterSettings;
import dev.dragonfly.cluster.LocalCluster;
import dev.dragonfly.cluster.PeerNode;
import dev.dragonfly.registry.Image;
import dev.dragonfly.registry.LabRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a daemon has resident when nobody wants anything, and while many clients get a blob through
 * its proxy at the same time, again and again; before, one client has got it from the registry.
 * Where it is not flat from round to round, something is kept that nobody needs.
 */
@Command(
    name = "memory",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Resident memory of a daemon, at rest and under many clients.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./dragonfly bench memory",
      "  ./dragonfly bench memory --clients 4 --rounds 3 --mebibytes 64 --idle 10"
    })
final class MemoryBench implements Callable<Integer> {
  private static final String REPOSITORY = "bench/memory";

  @Option(
      names = "--clients",
      description = "Clients at the same time. Default: ${DEFAULT-VALUE}.",
      defaultValue = "20")
  private int clients;

  @Option(
      names = "--rounds",
      description = "Times that all of them get it. Default: ${DEFAULT-VALUE}.",
      defaultValue = "10")
  private int rounds;

  @Option(
      names = "--mebibytes",
      description = "Size of the blob, up to 1024. Default: ${DEFAULT-VALUE}.",
      defaultValue = "1024")
  private int mebibytes;

  @Option(
      names = "--idle",
      description =
          "Seconds at rest before it is looked; native memory is given back once a minute."
              + " Default: ${DEFAULT-VALUE}.",
      defaultValue = "75")
  private int idleSeconds;

  @Option(names = "--json", description = "One last line of JSON on stdout, all else on stderr.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    try (LabRegistry registry = new LabRegistry();
        LocalCluster cluster = LocalCluster.start(ClusterSettings.ofPeers(1))) {
      Map<String, Object> figures = new LinkedHashMap<>();
      PeerNode peer = cluster.peer(0);
      rest();
      figures.put("rss_mib_idle", say("at rest", peer));
      Machine.Ticks before = Machine.ticks();
      List<Long> resident = new ArrayList<>();
      BlobServer server = server(registry, peer);
      try (BlobClient first = new BlobClient(server, true);
          BlobLoad load = new BlobLoad(server, clients, true)) {
        first.get();
        say("one client, from the registry", peer);
        for (int round = 1; round <= rounds; round++) {
          load.run(Duration.ZERO); // Each client asks once.
          resident.add(say("round " + round, peer));
        }
      }
      figures.put("busy", Math.round(Machine.ticks().busySince(before) * 100) / 100.0);
      figures.put("rss_mib_rounds", resident);
      figures.put("rss_mib_peak", Machine.mebibytes(peer.process().pid(), "VmHWM:"));
      rest();
      figures.put("rss_mib_after", say("at rest again", peer));
      figures.put("rss_mib_seed_peak", Machine.mebibytes(cluster.seed().process().pid(), "VmHWM:"));
      if (json) {
        System.out.println(JsonMapper.shared().writeValueAsString(figures));
      }
    }
    return 0;
  }

  private BlobServer server(LabRegistry registry, PeerNode peer) {
    int length = mebibytes << 20;
    Image image = Image.of(length, length);
    registry.push(REPOSITORY, "v1", image);
    String digest =
        image.blobs().entrySet().stream()
            .filter(blob -> blob.getValue().length == length)
            .findFirst()
            .orElseThrow()
            .getKey();
    return new BlobServer(
        URI.create("http://" + peer.proxy() + "/v2/" + REPOSITORY + "/blobs/" + digest),
        "X-Dragonfly-Registry: " + registry.url() + "\r\n",
        length,
        peer.process().pid());
  }

  private void rest() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(idleSeconds);
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private long say(String when, PeerNode peer) {
    long pid = peer.process().pid();
    long resident = Machine.mebibytes(pid, "VmRSS:");
    (json ? System.err : System.out)
        .printf(
            Locale.ROOT,
            "%s: resident %d MiB, of it from files %d; most so far %d; processor %.1f s%n",
            when,
            resident,
            Machine.mebibytes(pid, "RssFile:"),
            Machine.mebibytes(pid, "VmHWM:"),
            Machine.processorSeconds(pid));
    return resident;
  }
}
