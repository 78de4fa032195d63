package dev.dragonfly.manager.instance;

/** Schedulers and seed peers differ, for keep-alive, in where they are stored. */
public enum InstanceKind {
  SCHEDULER("scheduler", "schedulers", "scheduler_cluster_id"),
  SEED_PEER("seed peer", "seed_peers", "seed_peer_cluster_id");

  private final String word;
  private final String table;
  private final String clusterColumn;

  InstanceKind(String word, String table, String clusterColumn) {
    this.word = word;
    this.table = table;
    this.clusterColumn = clusterColumn;
  }

  /** For messages. */
  public String word() {
    return word;
  }

  String table() {
    return table;
  }

  String clusterColumn() {
    return clusterColumn;
  }
}
