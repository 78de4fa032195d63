package dev.dragonfly.manager.instance;

import dev.dragonfly.manager.dynconfig.JsonDocument;
import dev.dragonfly.manager.dynconfig.JsonTexts;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Duration;
import java.util.List;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.annotations.SQLRestriction;
import org.hibernate.type.SqlTypes;

/** A scheduler as the manager knows it; one that was removed is not seen. */
@Entity
@Table(name = "schedulers")
@SQLRestriction("deleted_at is null")
@DynamicUpdate
public class SchedulerRow extends InstanceRow {
  /** The feature of taking peers; without it a scheduler is not offered to daemons. */
  public static final String SCHEDULE = "schedule";

  /** The feature of taking preheat jobs. */
  public static final String PREHEAT = "preheat";

  /** All that there are. */
  static final List<String> FEATURES = List.of(SCHEDULE, PREHEAT);

  @JdbcTypeCode(SqlTypes.JSON)
  private String features = JsonTexts.write(FEATURES);

  @JdbcTypeCode(SqlTypes.JSON)
  private String config = "{}";

  @SuppressWarnings("UnusedVariable") // Keep-alive reads it, in SQL.
  private long keepAliveIntervalMillis;

  private long schedulerClusterId;

  protected SchedulerRow() {}

  static SchedulerRow empty() {
    return new SchedulerRow();
  }

  /** What it is willing to do. */
  public List<String> features() {
    return JsonTexts.read(features);
  }

  /** What it said about itself when it registered. */
  public JsonDocument config() {
    return new JsonDocument(config);
  }

  public long schedulerClusterId() {
    return schedulerClusterId;
  }

  @Override
  InstanceKey key() {
    return new InstanceKey(InstanceKind.SCHEDULER, hostName(), ip(), schedulerClusterId);
  }

  void setFeatures(List<String> features) {
    this.features = JsonTexts.write(features);
  }

  void configure(JsonDocument config, Duration keepAliveInterval) {
    this.config = config.text();
    this.keepAliveIntervalMillis = keepAliveInterval.toMillis();
  }

  void moveTo(long schedulerClusterId) {
    this.schedulerClusterId = schedulerClusterId;
  }
}
