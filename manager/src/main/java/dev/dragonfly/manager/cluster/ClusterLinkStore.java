package dev.dragonfly.manager.cluster;

import java.util.List;
import org.springframework.data.repository.ListCrudRepository;

/** Which seed peer cluster serves which scheduler clusters, in PostgreSQL. */
public interface ClusterLinkStore extends ListCrudRepository<ClusterLink, Long> {
  List<ClusterLink> findBySeedPeerClusterIdOrderBySchedulerClusterId(long seedPeerClusterId);
}
