package dev.dragonfly.manager.cluster;

import dev.dragonfly.manager.row.RowStore;

/** Seed peer clusters in PostgreSQL. */
public interface SeedPeerClusterStore extends RowStore<SeedPeerCluster> {}
