package dev.dragonfly.dfdaemon.swarm.policy;

/** Prints how swarms of so many peers do: {@code SwarmModelBench BLOCKS PEERS...}. */
final class SwarmModelBench {
  private static final double RATE = 12.5e6 * 0.957;

  private SwarmModelBench() {}

  public static void main(String[] args) {
    int blocks = Integer.parseInt(args[0]);
    for (int i = 1; i < args.length; i++) {
      int peers = Integer.parseInt(args[i]);
      long start = System.nanoTime();
      SwarmModel.Outcome outcome =
          new SwarmModel(new SwarmModel.Plan(peers, blocks, 256 << 10, RATE, RATE, 12, 256, 1))
              .run();
      System.out.printf(
          "%,6d peers %,d blocks: ratio %.3f, median %.2f s, last %.2f s, seed sent %.2f x, twice %.2f %%, %,d events in %.1f s%n",
          peers,
          blocks,
          outcome.ratio(),
          outcome.median(),
          outcome.last(),
          outcome.seedCopies(),
          outcome.duplicates() * 100,
          outcome.events(),
          (System.nanoTime() - start) / 1e9);
    }
  }
}
