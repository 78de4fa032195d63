package dev.dragonfly.manager.user;

import dev.dragonfly.manager.row.BaseRow;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;

/** Somebody who may sign in. */
@Entity
@Table(name = "users")
public class UserRow extends BaseRow {
  private static final String ENABLED = "enable";

  private String name = "";
  private String email = "";
  private String encryptedPassword = "";
  private String avatar = "";
  private String phone = "";
  private String location = "";
  private String bio = "";
  private String state = ENABLED;
  private String role = "";

  protected UserRow() {}

  UserRow(String name, String encryptedPassword, String role) {
    this.name = name;
    this.encryptedPassword = encryptedPassword;
    this.role = role;
  }

  public String name() {
    return name;
  }

  public String email() {
    return email;
  }

  public String avatar() {
    return avatar;
  }

  public String phone() {
    return phone;
  }

  public String location() {
    return location;
  }

  public String bio() {
    return bio;
  }

  /** Whether the account may be used. */
  public boolean isEnabled() {
    return state.equals(ENABLED);
  }

  /** What the account may do. */
  public String role() {
    return role;
  }

  String encryptedPassword() {
    return encryptedPassword;
  }
}
