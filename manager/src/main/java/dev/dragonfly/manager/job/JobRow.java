package dev.dragonfly.manager.job;

import dev.dragonfly.manager.dynconfig.JsonDocument;
import dev.dragonfly.manager.row.BaseRow;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.util.Optional;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/**
 * A job as REST reads it. Only what people may change is written here; the rest belongs to the
 * queue, which writes it with single statements that check the lease.
 */
@Entity
@Table(name = "jobs")
@DynamicUpdate
public class JobRow extends BaseRow {
  @Column(insertable = false, updatable = false)
  private String taskId = "";

  private String bio = "";

  @Column(insertable = false, updatable = false)
  private String type = "";

  @Column(insertable = false, updatable = false)
  private String state = JobState.PENDING.name();

  @Column(insertable = false, updatable = false)
  @JdbcTypeCode(SqlTypes.JSON)
  private String args = "{}";

  @Column(insertable = false, updatable = false)
  @JdbcTypeCode(SqlTypes.JSON)
  private @Nullable String result;

  private long userId;

  protected JobRow() {}

  /** The id of its group of tasks; the name of the schedule for a job that began by itself. */
  public String taskId() {
    return taskId;
  }

  public String bio() {
    return bio;
  }

  public JobType type() {
    return JobType.of(type).orElseThrow();
  }

  public JobState state() {
    return JobState.valueOf(state);
  }

  /** What was asked for, without what is secret. */
  public JsonDocument args() {
    return new JsonDocument(args);
  }

  /** Empty until the first part has ended. */
  public Optional<JsonDocument> result() {
    return Optional.ofNullable(result).map(JsonDocument::new);
  }

  /** Who made it; 0 when nobody is known. */
  public long userId() {
    return userId;
  }

  void describe(String bio) {
    this.bio = bio;
  }

  void setUser(long userId) {
    this.userId = userId;
  }
}
