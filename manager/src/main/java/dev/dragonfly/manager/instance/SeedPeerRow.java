package dev.dragonfly.manager.instance;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;

/** A seed peer as the manager knows it. */
@Entity
@Table(name = "seed_peers")
public class SeedPeerRow extends InstanceRow {
  @Column(insertable = false, updatable = false)
  private String type = "";

  @Column(insertable = false, updatable = false)
  private int downloadPort;

  @Column(insertable = false, updatable = false)
  private int objectStoragePort;

  @Column(insertable = false, updatable = false)
  private long seedPeerClusterId;

  protected SeedPeerRow() {}

  /** Always {@code super} today. */
  public String type() {
    return type;
  }

  public int downloadPort() {
    return downloadPort;
  }

  /** 0 when it has none. */
  public int objectStoragePort() {
    return objectStoragePort;
  }

  public long seedPeerClusterId() {
    return seedPeerClusterId;
  }
}
