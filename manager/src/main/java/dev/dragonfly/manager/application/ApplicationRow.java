package dev.dragonfly.manager.application;

import dev.dragonfly.manager.dynconfig.JsonDocument;
import dev.dragonfly.manager.row.BaseRow;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** Something that downloads, and how important its downloads are. */
@Entity
@Table(name = "applications")
@DynamicUpdate
public class ApplicationRow extends BaseRow {
  private String name = "";
  private String url = "";
  private String bio = "";

  @JdbcTypeCode(SqlTypes.JSON)
  private String priority = "{}";

  private long userId;

  protected ApplicationRow() {}

  public ApplicationRow(String name, String url, JsonDocument priority) {
    this.name = name;
    this.url = url;
    this.priority = priority.text();
  }

  public String name() {
    return name;
  }

  public String url() {
    return url;
  }

  public String bio() {
    return bio;
  }

  /** Its {@code value} and, under {@code urls}, pairs of {@code regex} and {@code value}. */
  public JsonDocument priority() {
    return new JsonDocument(priority);
  }

  /** Who made it; 0 when nobody is known. */
  public long userId() {
    return userId;
  }

  public void describe(String bio) {
    this.bio = bio;
  }

  void rename(String name) {
    this.name = name;
  }

  void setUrl(String url) {
    this.url = url;
  }

  void setPriority(JsonDocument priority) {
    this.priority = priority.text();
  }

  void setUser(long userId) {
    this.userId = userId;
  }
}
