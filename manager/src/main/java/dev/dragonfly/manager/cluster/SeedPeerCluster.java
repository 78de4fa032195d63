package dev.dragonfly.manager.cluster;

import dev.dragonfly.manager.dynconfig.JsonDocument;
import dev.dragonfly.manager.row.BaseRow;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** Seed peers that serve the same scheduler clusters. */
@Entity
@Table(name = "seed_peer_clusters")
@DynamicUpdate
public class SeedPeerCluster extends BaseRow {
  private String name = "";
  private String bio = "";

  @JdbcTypeCode(SqlTypes.JSON)
  private String config = "{}";

  protected SeedPeerCluster() {}

  public SeedPeerCluster(String name) {
    this.name = name;
  }

  public String name() {
    return name;
  }

  public String bio() {
    return bio;
  }

  /** For the seed peers: load limit, block lists. */
  public JsonDocument config() {
    return new JsonDocument(config);
  }

  public void rename(String name) {
    this.name = name;
  }

  public void describe(String bio) {
    this.bio = bio;
  }

  public void configure(JsonDocument config) {
    this.config = config.text();
  }
}
