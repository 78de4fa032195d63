package dev.dragonfly.manager.token;

import dev.dragonfly.manager.dynconfig.JsonTexts;
import dev.dragonfly.manager.row.BaseRow;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** A personal access token; of the token itself only the hash is kept. */
@Entity
@Table(name = "personal_access_tokens")
@DynamicUpdate
public class TokenRow extends BaseRow {
  static final String ACTIVE = "active";

  private String name = "";
  private String bio = "";

  @SuppressWarnings("UnusedVariable") // Looked for, never shown.
  private String tokenHash = "";

  @JdbcTypeCode(SqlTypes.JSON)
  private String scopes = "[]";

  private String state = ACTIVE;
  private Instant expiredAt = Instant.EPOCH;
  private long userId;

  protected TokenRow() {}

  TokenRow(String tokenHash) {
    this.tokenHash = tokenHash;
  }

  String name() {
    return name;
  }

  String bio() {
    return bio;
  }

  /** What it may be used for. */
  List<String> scopes() {
    return JsonTexts.read(scopes);
  }

  String state() {
    return state;
  }

  Instant expiredAt() {
    return expiredAt;
  }

  /** Who made it; 0 when nobody is known. */
  long userId() {
    return userId;
  }

  void rename(String name) {
    this.name = name;
  }

  void describe(String bio) {
    this.bio = bio;
  }

  void limitTo(List<String> scopes) {
    this.scopes = JsonTexts.write(scopes);
  }

  void setState(String state) {
    this.state = state;
  }

  void expireAt(Instant expiredAt) {
    this.expiredAt = expiredAt;
  }

  void setUser(long userId) {
    this.userId = userId;
  }
}
