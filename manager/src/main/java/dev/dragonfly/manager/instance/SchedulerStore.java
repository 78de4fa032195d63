package dev.dragonfly.manager.instance;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.Pageable;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** Schedulers in PostgreSQL, to read; rows that were removed are not seen. */
public interface SchedulerStore extends Repository<SchedulerRow, Long> {
  @Query("from SchedulerRow s where s.id = :id and s.deletedAt is null")
  Optional<SchedulerRow> find(long id);

  /** By name in its cluster; the newest when several addresses used the name. */
  @Query(
      "from SchedulerRow s where s.hostName = :hostName and s.schedulerClusterId = :clusterId"
          + " and s.deletedAt is null order by s.state, s.updatedAt desc, s.id desc limit 1")
  Optional<SchedulerRow> find(String hostName, long clusterId);

  @Query(
      "from SchedulerRow s where s.schedulerClusterId in :clusterIds and s.deletedAt is null"
          + " order by s.id")
  List<SchedulerRow> inClusters(Collection<Long> clusterIds);

  @Query("from SchedulerRow s where s.state = 'active' and s.deletedAt is null order by s.id")
  List<SchedulerRow> active();

  /** Those that match; an empty text or 0 matches all. */
  @Query(
      "from SchedulerRow s where s.deletedAt is null"
          + " and (:hostName = '' or s.hostName = :hostName) and (:ip = '' or s.ip = :ip)"
          + " and (:idc = '' or s.idc = :idc) and (:location = '' or s.location = :location)"
          + " and (:state = '' or s.state = :state)"
          + " and (:clusterId = 0 or s.schedulerClusterId = :clusterId) order by s.id")
  Page<SchedulerRow> matching(
      String hostName,
      String ip,
      String idc,
      String location,
      String state,
      long clusterId,
      Pageable page);
}
