package dev.dragonfly.manager.cluster;

import java.util.Collection;
import java.util.List;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.ListCrudRepository;

/** Which seed peer cluster serves which scheduler clusters, in PostgreSQL. */
public interface ClusterLinkStore extends ListCrudRepository<ClusterLink, Long> {
  List<ClusterLink> findBySeedPeerClusterIdOrderBySchedulerClusterId(long seedPeerClusterId);

  long countBySeedPeerClusterId(long seedPeerClusterId);

  /** The seed peer clusters that serve these scheduler clusters. */
  @Query(
      "select new dev.dragonfly.manager.cluster.ClusterLinkStore$Serving(l.schedulerClusterId, s)"
          + " from ClusterLink l join SeedPeerCluster s on s.id = l.seedPeerClusterId"
          + " where l.schedulerClusterId in :ids")
  List<Serving> serving(Collection<Long> ids);

  /** All seed peer clusters that serve one. */
  @Query(
      "select new dev.dragonfly.manager.cluster.ClusterLinkStore$Serving(l.schedulerClusterId, s)"
          + " from ClusterLink l join SeedPeerCluster s on s.id = l.seedPeerClusterId")
  List<Serving> all();

  /**
   * A seed peer cluster and whom it serves.
   *
   * @param id the number of the scheduler cluster
   */
  record Serving(Long id, SeedPeerCluster seeds) {}
}
