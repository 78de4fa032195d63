package dev.dragonfly.manager.cluster;

import org.springframework.data.domain.Page;
import org.springframework.data.domain.Pageable;
import org.springframework.data.repository.ListCrudRepository;

/** Seed peer clusters in PostgreSQL. */
public interface SeedPeerClusterStore extends ListCrudRepository<SeedPeerCluster, Long> {
  Page<SeedPeerCluster> findAllByOrderById(Pageable page);

  Page<SeedPeerCluster> findByNameOrderById(String name, Pageable page);
}
