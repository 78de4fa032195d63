package dev.dragonfly.bench;

import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.cluster.ClusterException;
import dev.dragonfly.cluster.LabCluster;
import dev.dragonfly.cluster.PeerNode;
import dev.dragonfly.cluster.SwarmCheck;
import dev.dragonfly.common.grpc.GrpcChannels;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Lets a swarm fetch files, one after the other, and measures. Used by one thread. */
final class SwarmRounds implements SwarmWorkload {
  private static final long LOOK_NANOS = 5_000_000;

  /** How many times the bound a round may take, and so many seconds more. */
  private static final int PATIENCE = 30;

  private static final int PATIENCE_SECONDS = 60;
  private static final long LEAST_WARM_UP = 4L << 20;

  private final LabCluster cluster;
  private final SwarmSettings settings;
  private int files;

  SwarmRounds(LabCluster cluster, SwarmSettings settings) {
    this.cluster = cluster;
    this.settings = settings;
  }

  @Override
  public void warmUp() {
    round(
        Math.clamp(settings.length() / 4, LEAST_WARM_UP, SwarmReport.MOST_WARM_UP),
        SwarmSettings.Victim.NOBODY);
  }

  @Override
  public SwarmFigures round() {
    return round(settings.length(), settings.victim());
  }

  private SwarmFigures round(long length, SwarmSettings.Victim victim) {
    String path = "/file-" + files++;
    String url = cluster.origin().file(path, length);
    List<ManagedChannel> channels = new ArrayList<>();
    try {
      cluster.peers().forEach(peer -> channels.add(connected(peer.socket())));
      return measure(path, url, length, victim, channels);
    } finally {
      cluster.revive();
      channels.forEach(ManagedChannel::shutdownNow);
      clean();
    }
  }

  private static ManagedChannel connected(Path socket) {
    ManagedChannel channel = GrpcChannels.unixSocket(socket);
    SwarmDownload.connect(channel);
    return channel;
  }

  private SwarmFigures measure(
      String path,
      String url,
      long length,
      SwarmSettings.Victim victim,
      List<ManagedChannel> channels) {
    double bound = settings.bound() * length / settings.length();
    long patience = (long) (bound * PATIENCE) + PATIENCE_SECONDS;
    List<Download> requests = new ArrayList<>();
    for (int i = 0; i < channels.size(); i++) {
      requests.add(
          Download.newBuilder()
              .setUrl(url)
              .setOutputPath(output(i).toString())
              .setForceHardLink(true) // The copy to the output is no part of the swarm.
              .build());
    }
    SwarmMeter meter = new SwarmMeter(cluster);
    List<SwarmDownload> running = new ArrayList<>();
    meter.start();
    long start = System.nanoTime();
    for (int i = 0; i < channels.size(); i++) {
      running.add(SwarmDownload.start(channels.get(i), requests.get(i), patience));
    }
    List<PeerNode> dead = kill(victim, running, length, meter);
    List<Integer> alive = alive(dead);
    alive.forEach(i -> running.get(i).await());
    meter.stop();
    check(alive, running, path, length);
    return figures(start, running, alive, meter, dead.isEmpty(), length, path);
  }

  private List<PeerNode> kill(
      SwarmSettings.Victim victim, List<SwarmDownload> running, long length, SwarmMeter meter) {
    if (victim == SwarmSettings.Victim.NOBODY) {
      return List.of();
    }
    while (median(running) < length / 2 && !running.stream().allMatch(SwarmDownload::isDone)) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
    List<PeerNode> victims =
        victim == SwarmSettings.Victim.SEED
            ? List.of(cluster.seed())
            : cluster.peers().subList(0, settings.peers() / 3);
    victims.forEach(meter::leaves);
    victims.forEach(node -> node.process().kill());
    return victims;
  }

  private static long median(List<SwarmDownload> running) {
    List<Long> bytes = new ArrayList<>(running.stream().map(SwarmDownload::bytes).toList());
    Collections.sort(bytes);
    return bytes.get(bytes.size() / 2);
  }

  private List<Integer> alive(List<PeerNode> dead) {
    List<Integer> alive = new ArrayList<>();
    for (int i = 0; i < settings.peers(); i++) {
      if (!dead.contains(cluster.peers().get(i))) {
        alive.add(i);
      }
    }
    return alive;
  }

  private void check(List<Integer> alive, List<SwarmDownload> running, String path, long length) {
    String expected = cluster.origin().sha256(path);
    for (int i : alive) {
      running
          .get(i)
          .failure()
          .ifPresent(why -> {
            throw new ClusterException("peer " + i + " failed: " + why);
          });
      try {
        String got = SwarmCheck.sha256(output(i));
        if (!got.equals(expected) || Files.size(output(i)) != length) {
          throw new ClusterException(
              "peer %d got other bytes: %s (expected %s)".formatted(i, got, expected));
        }
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read what peer " + i + " got", e);
      }
    }
  }

  private SwarmFigures figures(
      long start,
      List<SwarmDownload> running,
      List<Integer> alive,
      SwarmMeter meter,
      boolean whole,
      long length,
      String path) {
    Figures fast = new Figures();
    double slow = 0;
    for (int i : alive) {
      double seconds = (running.get(i).endNanos() - start) / 1e9;
      if (i < settings.peers() - settings.slow()) {
        fast.add(seconds);
      } else {
        slow = Math.max(slow, seconds);
      }
    }
    return new SwarmFigures(
        cluster.origin().sent(path),
        meter.seedBytes(),
        meter.duplicateBytes(length, whole),
        fast.min(),
        fast.median(),
        fast.max(),
        slow,
        meter.processorSeconds() / (alive.size() * length / 1e9),
        meter.residentMebibytes(),
        meter.busy());
  }

  private Path output(int peer) {
    return cluster.folder().resolve("output-" + peer);
  }

  private void clean() {
    cluster.daemons().forEach(SwarmDownload::deleteAll);
    try {
      for (int i = 0; i < settings.peers(); i++) {
        Files.deleteIfExists(output(i));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove outputs", e);
    }
  }
}
