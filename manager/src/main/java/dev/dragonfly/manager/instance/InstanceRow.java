package dev.dragonfly.manager.instance;

import dev.dragonfly.manager.row.BaseRow;
import dev.dragonfly.manager.row.Match;
import jakarta.persistence.Column;
import jakarta.persistence.MappedSuperclass;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What schedulers and seed peers have in common. Whether one is alive is read-only here: keep-alive
 * writes it with single statements, so that several managers and streams cannot undo each other;
 * and of the rest only what changes is written.
 */
@MappedSuperclass
public abstract class InstanceRow extends BaseRow {
  private String hostName = "";
  private String ip = "";
  private int port;
  private String idc = "";
  private String location = "";

  @Column(insertable = false, updatable = false)
  private String state = InstanceState.INACTIVE.word();

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

  /** What makes it the same instance after a restart. */
  abstract InstanceKey key();

  void setHostName(String hostName) {
    this.hostName = hostName;
  }

  void setIp(String ip) {
    this.ip = ip;
  }

  void setPort(int port) {
    this.port = port;
  }

  void setIdc(String idc) {
    this.idc = idc;
  }

  void setLocation(String location) {
    this.location = location;
  }

  /** Those that match what both kinds have. */
  static <R extends InstanceRow> Match<R> matching(
      @Nullable String hostName,
      @Nullable String ip,
      @Nullable String idc,
      @Nullable String location,
      @Nullable String state) {
    return new Match<R>()
        .equal("hostName", hostName)
        .equal("ip", ip)
        .equal("idc", idc)
        .equal("location", location)
        .equal("state", state);
  }
}
