package dev.dragonfly.manager.application;

import dev.dragonfly.manager.dynconfig.JsonDocument;
import dev.dragonfly.manager.row.BaseRow;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import org.hibernate.annotations.ColumnTransformer;
import org.jspecify.annotations.Nullable;

/** Something that downloads, and how important its downloads are. */
@Entity
@Table(name = "applications")
public class ApplicationRow extends BaseRow {
  private String name = "";
  private String url = "";
  private String bio = "";

  @ColumnTransformer(write = "?::jsonb")
  private String priority = "{}";

  private @Nullable Long userId;

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
    return userId == null ? 0 : userId;
  }

  public void describe(String bio) {
    this.bio = bio;
  }
}
