package dev.dragonfly.bench;

import dev.dragonfly.cluster.LabCluster;
import dev.dragonfly.cluster.PeerNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** What daemons and machine have used and moved since it was made. Used by one thread. */
final class SwarmMeter {
  private final Map<PeerNode, Traffic> before = new LinkedHashMap<>();
  private final Map<PeerNode, Double> used = new LinkedHashMap<>();
  private double processorSeconds;
  private Machine.Ticks ticks = new Machine.Ticks(0, 0);
  private double busy;

  /** Bytes so far. */
  private record Traffic(PeerNode.Received received, long sent) {
    static Traffic of(PeerNode node) {
      return new Traffic(node.received(), node.sent());
    }
  }

  /** Asks all daemons for their counts, which takes a while, so it is done before the clock. */
  SwarmMeter(LabCluster cluster) {
    cluster.daemons().forEach(node -> before.put(node, Traffic.of(node)));
  }

  /** The measured time begins. */
  void start() {
    before.keySet().forEach(node -> used.put(node, processorSeconds(node)));
    ticks = Machine.ticks();
  }

  /** This daemon is about to be killed: what it used is counted now, what it moved never. */
  void leaves(PeerNode node) {
    processorSeconds += processorSeconds(node) - used.getOrDefault(node, 0.0);
    used.remove(node);
    before.remove(node);
  }

  /** The measured time is over. */
  void stop() {
    busy = Machine.ticks().busySince(ticks);
    used.forEach((node, seconds) -> processorSeconds += processorSeconds(node) - seconds);
  }

  private static double processorSeconds(PeerNode node) {
    return Machine.processorSeconds(node.process().pid());
  }

  double processorSeconds() {
    return processorSeconds;
  }

  double busy() {
    return busy;
  }

  long residentMebibytes() {
    return before.keySet().stream()
        .mapToLong(node -> Machine.mebibytes(node.process().pid(), "VmHWM:"))
        .max()
        .orElse(0);
  }

  /** Bytes that peers, the seed too, got from the seed. */
  long seedBytes() {
    return before.keySet().stream().mapToLong(node -> since(node).received().seeds()).sum();
  }

  /**
   * Bytes that were moved for nothing: what daemons sent to each other and nobody kept, and what
   * was kept although it was there. After a murder only the second: what the dead one sent and kept
   * is not known.
   *
   * @param whole whether all daemons live that lived at the beginning
   */
  long duplicateBytes(long length, boolean whole) {
    long twice = 0;
    long unkept = 0;
    for (PeerNode node : before.keySet()) {
      Traffic traffic = since(node);
      twice += Math.max(0, traffic.received().total() - length);
      unkept += traffic.sent() - traffic.received().peers() - traffic.received().seeds();
    }
    return twice + (whole ? Math.max(0, unkept) : 0);
  }

  private Traffic since(PeerNode node) {
    Traffic now = Traffic.of(node);
    Traffic then = before.getOrDefault(node, now);
    return new Traffic(now.received().since(then.received()), now.sent() - then.sent());
  }
}
