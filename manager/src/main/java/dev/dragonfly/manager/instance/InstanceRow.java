package dev.dragonfly.manager.instance;

import dev.dragonfly.manager.row.BaseRow;
import jakarta.persistence.Column;
import jakarta.persistence.MappedSuperclass;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What schedulers and seed peers have in common. Read-only here: registration and keep-alive write
 * these columns with single statements, so that several managers and streams cannot undo each
 * other.
 */
@MappedSuperclass
public abstract class InstanceRow extends BaseRow {
  @Column(insertable = false, updatable = false)
  private String hostName = "";

  @Column(insertable = false, updatable = false)
  private String ip = "";

  @Column(insertable = false, updatable = false)
  private int port;

  @Column(insertable = false, updatable = false)
  private String idc = "";

  @Column(insertable = false, updatable = false)
  private String location = "";

  @Column(insertable = false, updatable = false)
  private String state = "";

  @Column(insertable = false, updatable = false)
  private @Nullable Instant lastKeepAliveAt;

  @Column(insertable = false, updatable = false)
  private @Nullable Instant deletedAt;

  public String hostName() {
    return hostName;
  }

  public String ip() {
    return ip;
  }

  public int port() {
    return port;
  }

  /** Empty when not said. */
  public String idc() {
    return idc;
  }

  /** Empty when not said. */
  public String location() {
    return location;
  }

  public InstanceState state() {
    return state.equals(InstanceState.ACTIVE.word())
        ? InstanceState.ACTIVE
        : InstanceState.INACTIVE;
  }

  /** Empty when it never was heard of. */
  public Optional<Instant> lastKeepAliveAt() {
    return Optional.ofNullable(lastKeepAliveAt);
  }
}
