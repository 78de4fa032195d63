package dev.dragonfly.manager.instance;

import dev.dragonfly.manager.row.RowStore;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.data.jpa.repository.Query;

/** Schedulers in PostgreSQL; rows that were removed are not seen. */
public interface SchedulerStore extends RowStore<SchedulerRow> {
  /** By name in its cluster; the newest when several addresses used the name. */
  @Query(
      "from SchedulerRow s where s.hostName = :hostName and s.schedulerClusterId = :clusterId"
          + " order by s.state, s.updatedAt desc, s.id desc limit 1")
  Optional<SchedulerRow> find(String hostName, long clusterId);

  @Query("from SchedulerRow s where s.schedulerClusterId in :clusterIds order by s.id")
  List<SchedulerRow> inClusters(Collection<Long> clusterIds);

  @Query("from SchedulerRow s where s.state = 'active' order by s.id")
  List<SchedulerRow> active();

  List<SchedulerRow> findAllByOrderById();
}
