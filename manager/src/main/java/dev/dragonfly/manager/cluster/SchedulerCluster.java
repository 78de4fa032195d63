package dev.dragonfly.manager.cluster;

import dev.dragonfly.manager.dynconfig.JsonDocument;
import dev.dragonfly.manager.row.BaseRow;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** Schedulers that share their work, and the configuration they and their daemons get. */
@Entity
@Table(name = "scheduler_clusters")
@DynamicUpdate
public class SchedulerCluster extends BaseRow {
  private String name = "";
  private String bio = "";

  @JdbcTypeCode(SqlTypes.JSON)
  private String config = "{}";

  @JdbcTypeCode(SqlTypes.JSON)
  private String clientConfig = "{}";

  @JdbcTypeCode(SqlTypes.JSON)
  private String seedClientConfig = "{}";

  @JdbcTypeCode(SqlTypes.JSON)
  private String scopes = "{}";

  private boolean isDefault;

  protected SchedulerCluster() {}

  public SchedulerCluster(String name) {
    this.name = name;
  }

  public String name() {
    return name;
  }

  public String bio() {
    return bio;
  }

  /** For the schedulers: how many parents they offer. */
  public JsonDocument config() {
    return new JsonDocument(config);
  }

  /** For ordinary peers: load limit, block lists. */
  public JsonDocument clientConfig() {
    return new JsonDocument(clientConfig);
  }

  /** For seed peers: load limit, block lists. */
  public JsonDocument seedClientConfig() {
    return new JsonDocument(seedClientConfig);
  }

  /** Whom the cluster is meant for. */
  public JsonDocument scopes() {
    return new JsonDocument(scopes);
  }

  /** Whether daemons that match nowhere belong here. */
  public boolean isDefault() {
    return isDefault;
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

  public void configureClients(JsonDocument clientConfig) {
    this.clientConfig = clientConfig.text();
  }

  public void configureSeedClients(JsonDocument seedClientConfig) {
    this.seedClientConfig = seedClientConfig.text();
  }

  public void limitTo(JsonDocument scopes) {
    this.scopes = scopes.text();
  }

  public void makeDefault(boolean isDefault) {
    this.isDefault = isDefault;
  }
}
