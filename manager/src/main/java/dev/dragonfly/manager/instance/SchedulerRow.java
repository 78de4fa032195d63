package dev.dragonfly.manager.instance;

import dev.dragonfly.manager.dynconfig.JsonDocument;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** A scheduler as the manager knows it. */
@Entity
@Table(name = "schedulers")
public class SchedulerRow extends InstanceRow {
  /** The feature of taking peers; without it a scheduler is not offered to daemons. */
  public static final String SCHEDULE = "schedule";

  /** The feature of taking preheat jobs. */
  public static final String PREHEAT = "preheat";

  @Column(insertable = false, updatable = false)
  private String features = "[]";

  @Column(insertable = false, updatable = false)
  private String config = "{}";

  @Column(insertable = false, updatable = false)
  private long schedulerClusterId;

  protected SchedulerRow() {}

  /** What it is willing to do. */
  public List<String> features() {
    List<String> names = new ArrayList<>();
    JsonMapper.shared().readTree(features).forEach(name -> names.add(name.asString()));
    return List.copyOf(names);
  }

  /** What it said about itself when it registered. */
  public JsonDocument config() {
    return new JsonDocument(config);
  }

  public long schedulerClusterId() {
    return schedulerClusterId;
  }
}
