package dev.dragonfly.manager.cluster;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.manager.row.RowChanges;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * How clusters hang together: which seed peer cluster serves which scheduler cluster, and who is
 * still in one that shall go. Call it in the transaction of the change.
 */
@Component
final class Clusters {
  private final SeedPeerClusterStore seedPeerClusters;
  private final ClusterLinkStore links;
  private final JdbcClient jdbc;

  Clusters(SeedPeerClusterStore seedPeerClusters, ClusterLinkStore links, JdbcClient jdbc) {
    this.seedPeerClusters = seedPeerClusters;
    this.links = links;
    this.jdbc = jdbc;
  }

  /** The seed peer clusters by the numbers of the scheduler clusters they serve, in one query. */
  Map<Long, SeedPeerCluster> serving(Collection<Long> schedulerClusterIds) {
    return links.serving(schedulerClusterIds).stream()
        .collect(Collectors.toMap(ClusterLinkStore.Serving::id, ClusterLinkStore.Serving::seeds));
  }

  /** The seed peer cluster that serves a scheduler cluster. */
  @Nullable SeedPeerCluster serving(long schedulerClusterId) {
    return serving(List.of(schedulerClusterId)).get(schedulerClusterId);
  }

  /**
   * Lets a seed peer cluster serve a scheduler cluster, in place of another one.
   *
   * @throws DragonflyException NOT_FOUND when there is no such seed peer cluster
   */
  void link(long schedulerClusterId, long seedPeerClusterId) {
    if (!seedPeerClusters.existsById(seedPeerClusterId)) {
      throw RowChanges.notFound();
    }
    jdbc.sql(
            """
            INSERT INTO cluster_links (scheduler_cluster_id, seed_peer_cluster_id)
            VALUES (:schedulers, :seeds)
            ON CONFLICT (scheduler_cluster_id) DO UPDATE SET seed_peer_cluster_id = :seeds
            """)
        .param("schedulers", schedulerClusterId)
        .param("seeds", seedPeerClusterId)
        .update();
  }

  /**
   * Lets a seed peer cluster serve a scheduler cluster no longer.
   *
   * @throws DragonflyException NOT_FOUND when it does not
   */
  void unlink(long schedulerClusterId, long seedPeerClusterId) {
    int rows =
        jdbc.sql(
                """
                DELETE FROM cluster_links
                WHERE scheduler_cluster_id = :schedulers AND seed_peer_cluster_id = :seeds
                """)
            .param("schedulers", schedulerClusterId)
            .param("seeds", seedPeerClusterId)
            .update();
    if (rows == 0) {
      throw RowChanges.notFound();
    }
  }

  /** Refuses while a scheduler belongs to it; those that were removed are forgotten for good. */
  void leaveSchedulers(long schedulerClusterId) {
    forget("schedulers", "scheduler_cluster_id", schedulerClusterId);
    require(
        !isUsed("schedulers", "scheduler_cluster_id", schedulerClusterId),
        "scheduler cluster exists scheduler");
  }

  /** Refuses while a seed peer belongs to it; those that were removed are forgotten for good. */
  void leaveSeedPeers(long seedPeerClusterId) {
    forget("seed_peers", "seed_peer_cluster_id", seedPeerClusterId);
    require(
        !isUsed("seed_peers", "seed_peer_cluster_id", seedPeerClusterId),
        "seedPeer cluster exists seedPeer");
  }

  /** Whether a seed peer cluster serves more than one scheduler cluster. */
  boolean isShared(long seedPeerClusterId) {
    return links.countBySeedPeerClusterId(seedPeerClusterId) > 1;
  }

  private void forget(String table, String column, long clusterId) {
    jdbc.sql("DELETE FROM %s WHERE %s = :id AND deleted_at IS NOT NULL".formatted(table, column))
        .param("id", clusterId)
        .update();
  }

  private boolean isUsed(String table, String column, long clusterId) {
    return jdbc.sql("SELECT EXISTS (SELECT FROM %s WHERE %s = :id)".formatted(table, column))
        .param("id", clusterId)
        .query(Boolean.class)
        .single();
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new DragonflyException(ErrorCode.ALREADY_EXISTS, otherwise);
    }
  }
}
