package dev.dragonfly.manager.instance;

import dev.dragonfly.manager.row.RowStore;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.data.jpa.repository.Query;

/** Seed peers in PostgreSQL; rows that were removed are not seen. */
public interface SeedPeerStore extends RowStore<SeedPeerRow> {
  /** By name in its cluster; the newest when several addresses used the name. */
  @Query(
      "from SeedPeerRow s where s.hostName = :hostName and s.seedPeerClusterId = :clusterId"
          + " order by s.state, s.updatedAt desc, s.id desc limit 1")
  Optional<SeedPeerRow> find(String hostName, long clusterId);

  /** By name and address in whatever cluster; the first when there are several. */
  @Query("from SeedPeerRow s where s.hostName = :hostName and s.ip = :ip order by s.id limit 1")
  Optional<SeedPeerRow> find(String hostName, String ip);

  @Query("from SeedPeerRow s where s.state = 'active' order by s.id")
  List<SeedPeerRow> active();

  @Query(
      "from SeedPeerRow s where s.seedPeerClusterId in :clusterIds and s.state = 'active'"
          + " order by s.id")
  List<SeedPeerRow> activeInClusters(Collection<Long> clusterIds);
}
