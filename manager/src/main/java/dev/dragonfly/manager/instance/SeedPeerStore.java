package dev.dragonfly.manager.instance;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.Pageable;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Seed peers in PostgreSQL, to read; rows that were removed are not seen. */
public interface SeedPeerStore extends Repository<SeedPeerRow, Long> {
  @Query("from SeedPeerRow s where s.id = :id and s.deletedAt is null")
  Optional<SeedPeerRow> find(long id);

  /** By name in its cluster; the newest when several addresses used the name. */
  @Query(
      "from SeedPeerRow s where s.hostName = :hostName and s.seedPeerClusterId = :clusterId"
          + " and s.deletedAt is null order by s.state, s.updatedAt desc, s.id desc limit 1")
  Optional<SeedPeerRow> find(String hostName, long clusterId);

  /** By name and address in whatever cluster; the first when there are several. */
  @Query(
      "from SeedPeerRow s where s.hostName = :hostName and s.ip = :ip and s.deletedAt is null"
          + " order by s.id limit 1")
  Optional<SeedPeerRow> find(String hostName, String ip);

  @Query(
      "from SeedPeerRow s where s.seedPeerClusterId in :clusterIds and s.state = 'active'"
          + " and s.deletedAt is null order by s.id")
  List<SeedPeerRow> activeInClusters(Collection<Long> clusterIds);

  /** Those that match; an empty text or 0 matches all. */
  @Query(
      "from SeedPeerRow s where s.deletedAt is null"
          + " and (:hostName = '' or s.hostName = :hostName) and (:ip = '' or s.ip = :ip)"
          + " and (:idc = '' or s.idc = :idc) and (:location = '' or s.location = :location)"
          + " and (:state = '' or s.state = :state)"
          + " and (:clusterId = 0 or s.seedPeerClusterId = :clusterId) order by s.id")
  Page<SeedPeerRow> matching(
      String hostName,
      String ip,
      String idc,
      String location,
      String state,
      long clusterId,
      Pageable page);
}
