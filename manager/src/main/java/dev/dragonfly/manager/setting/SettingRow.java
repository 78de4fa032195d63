package dev.dragonfly.manager.setting;

import dev.dragonfly.manager.row.BaseRow;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import org.hibernate.annotations.DynamicUpdate;

/** A named value; {@code gc} says after which time old rows go. */
@Entity
@Table(name = "settings")
@DynamicUpdate
public class SettingRow extends BaseRow {
  private String name = "";
  private String value = "";
  private String bio = "";
  private long userId;

  protected SettingRow() {}

  static SettingRow empty() {
    return new SettingRow();
  }

  String name() {
    return name;
  }

  String value() {
    return value;
  }

  String bio() {
    return bio;
  }

  /** Who made it; 0 when nobody is known. */
  long userId() {
    return userId;
  }

  void rename(String name) {
    this.name = name;
  }

  void setValue(String value) {
    this.value = value;
  }

  void describe(String bio) {
    this.bio = bio;
  }

  void setUser(long userId) {
    this.userId = userId;
  }
}
