package dev.dragonfly.manager.instance;

import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.SQLRestriction;

/** A seed peer as the manager knows it; one that was removed is not seen. */
@Entity
@Table(name = "seed_peers")
@SQLRestriction("deleted_at is null")
@DynamicUpdate
public class SeedPeerRow extends InstanceRow {
  private String type = "";
  private int downloadPort;
  private int objectStoragePort;
  private long seedPeerClusterId;

  protected SeedPeerRow() {}

  static SeedPeerRow empty() {
    return new SeedPeerRow();
  }

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

  @Override
  InstanceKey key() {
    return new InstanceKey(InstanceKind.SEED_PEER, hostName(), ip(), seedPeerClusterId);
  }

  void setType(String type) {
    this.type = type;
  }

  void setDownloadPort(int downloadPort) {
    this.downloadPort = downloadPort;
  }

  void setObjectStoragePort(int objectStoragePort) {
    this.objectStoragePort = objectStoragePort;
  }

  void moveTo(long seedPeerClusterId) {
    this.seedPeerClusterId = seedPeerClusterId;
  }
}
