package dev.dragonfly.manager.cluster;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** Which seed peer cluster serves a scheduler cluster; at most one. */
@Entity
@Table(name = "cluster_links")
public class ClusterLink {
  @Id private long schedulerClusterId;

  @SuppressWarnings("UnusedVariable") // Queries read it.
  private long seedPeerClusterId;

  protected ClusterLink() {}

  public ClusterLink(long schedulerClusterId, long seedPeerClusterId) {
    this.schedulerClusterId = schedulerClusterId;
    this.seedPeerClusterId = seedPeerClusterId;
  }

  public long schedulerClusterId() {
    return schedulerClusterId;
  }
}
