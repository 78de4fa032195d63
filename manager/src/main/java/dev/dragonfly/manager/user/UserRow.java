package dev.dragonfly.manager.user;

import dev.dragonfly.manager.row.BaseRow;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import org.hibernate.annotations.DynamicUpdate;

/** Somebody who may sign in. */
@Entity
@Table(name = "users")
@DynamicUpdate
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

  protected UserRow() {}

  UserRow(String name, String email, String encryptedPassword) {
    this.name = name;
    this.email = email;
    this.encryptedPassword = encryptedPassword;
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

  public String state() {
    return state;
  }

  /** Whether the account may be used. */
  public boolean isEnabled() {
    return state.equals(ENABLED);
  }

  /** Empty for somebody who signs in elsewhere; nothing matches that. */
  String encryptedPassword() {
    return encryptedPassword;
  }

  void setPassword(String encryptedPassword) {
    this.encryptedPassword = encryptedPassword;
  }

  void setEmail(String email) {
    this.email = email;
  }

  void setAvatar(String avatar) {
    this.avatar = avatar;
  }

  void setPhone(String phone) {
    this.phone = phone;
  }

  void setLocation(String location) {
    this.location = location;
  }

  void setBio(String bio) {
    this.bio = bio;
  }
}
