package dev.dragonfly.manager.cluster;

import dev.dragonfly.manager.row.RowStore;
import java.util.List;

/** Scheduler clusters in PostgreSQL. */
public interface SchedulerClusterStore extends RowStore<SchedulerCluster> {
  List<SchedulerCluster> findAllByOrderById();
}
