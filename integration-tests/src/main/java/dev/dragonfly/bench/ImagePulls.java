package dev.dragonfly.bench;

import dev.dragonfly.cluster.ClusterException;
import dev.dragonfly.cluster.LabCluster;
import dev.dragonfly.cluster.PeerNode;
import dev.dragonfly.lab.Namespaces;
import dev.dragonfly.registry.Image;
import dev.dragonfly.registry.LabRegistry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Lets all nodes of a swarm pull an image at once, and measures. Used by one thread. */
final class ImagePulls implements SwarmWorkload {
  /** The layers of images of applications: few make nearly all of the bytes. */
  private static final Integer[] LAYERS = {
    1 << 10, 4 << 10, 32 << 10, 256 << 10, 1 << 20, 2 << 20, 5 << 20, 12 << 20, 28 << 20, 60 << 20,
    90 << 20, 200 << 20
  };

  private static final Integer[] WARM_UP = {1 << 10, 1 << 20, 8 << 20, 16 << 20};

  /** Bytes of all layers. */
  static final long BYTES = Arrays.stream(LAYERS).mapToLong(Integer::longValue).sum();

  private static final String REPOSITORY = "bench/image";

  private final LabCluster cluster;
  private final SwarmSettings settings;
  private final LabRegistry registry;
  private int images;

  ImagePulls(LabCluster cluster, SwarmSettings settings) {
    this.cluster = cluster;
    this.settings = settings;
    this.registry =
        Namespaces.inside(
            cluster.originMachine(), () -> LabRegistry.at(cluster.originMachine().address()));
  }

  @Override
  public void warmUp() {
    pull(WARM_UP);
  }

  @Override
  public SwarmFigures round() {
    return pull(LAYERS);
  }

  private SwarmFigures pull(Integer... layers) {
    images++;
    Image image = Image.of(images * 100L, layers);
    registry.push(REPOSITORY, "v" + images, image);
    try {
      return measure(image, "v" + images);
    } finally {
      cluster.daemons().forEach(SwarmDownload::deleteAll);
    }
  }

  private SwarmFigures measure(Image image, String tag) {
    CountDownLatch go = new CountDownLatch(1);
    List<NodePull> pulls = new ArrayList<>();
    for (int i = 0; i < settings.peers(); i++) {
      PeerNode peer = cluster.peers().get(i);
      ProxyPlace proxy =
          new ProxyPlace(cluster.machine(i), peer.proxy(), registry.url(), peer.process().pid());
      pulls.add(NodePull.ready(proxy, REPOSITORY, tag, image, go));
    }
    SwarmMeter meter = new SwarmMeter(cluster);
    final long sentBefore = registry.sent();
    meter.start();
    long start = System.nanoTime();
    go.countDown();
    Figures seconds = new Figures();
    for (NodePull pull : pulls) {
      seconds.add((pull.endNanos() - start) / 1e9);
    }
    meter.stop();
    final long sent = registry.sent() - sentBefore;
    long length = image.blobs().values().stream().mapToLong(blob -> blob.length).sum();
    final long duplicates = meter.duplicateBytes(length + image.manifest().length, true);
    final long seeds = meter.seedBytes();
    pulls.forEach(pull -> {
      if (!pull.hasRightBytes()) {
        throw new ClusterException("a node got wrong bytes");
      }
    });
    return new SwarmFigures(
        sent,
        seeds,
        duplicates,
        seconds.min(),
        seconds.median(),
        seconds.max(),
        0,
        meter.processorSeconds() / (settings.peers() * length / 1e9),
        meter.residentMebibytes(),
        meter.busy());
  }
}
