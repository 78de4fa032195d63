package dev.dragonfly.manager.cluster;

import java.util.List;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.Pageable;
import org.springframework.data.repository.ListCrudRepository;

/** Scheduler clusters in PostgreSQL. */
public interface SchedulerClusterStore extends ListCrudRepository<SchedulerCluster, Long> {
  List<SchedulerCluster> findAllByOrderById();

  Page<SchedulerCluster> findAllByOrderById(Pageable page);

  Page<SchedulerCluster> findByNameOrderById(String name, Pageable page);
}
