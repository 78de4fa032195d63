package dev.dragonfly.manager.oauth;

import dev.dragonfly.manager.row.BaseRow;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import org.hibernate.annotations.DynamicUpdate;

/** A provider whose accounts may sign in. */
@Entity
@Table(name = "oauth_providers")
@DynamicUpdate
public class OauthRow extends BaseRow {
  private String name = "";
  private String bio = "";
  private String clientId = "";
  private String clientSecret = "";
  private String redirectUrl = "";

  protected OauthRow() {}

  static OauthRow empty() {
    return new OauthRow();
  }

  /** {@code github} or {@code google}. */
  public String name() {
    return name;
  }

  String bio() {
    return bio;
  }

  public String clientId() {
    return clientId;
  }

  public String clientSecret() {
    return clientSecret;
  }

  /** Where the provider sends people back to. */
  public String redirectUrl() {
    return redirectUrl;
  }

  void rename(String name) {
    this.name = name;
  }

  void describe(String bio) {
    this.bio = bio;
  }

  void setClientId(String clientId) {
    this.clientId = clientId;
  }

  void setClientSecret(String clientSecret) {
    this.clientSecret = clientSecret;
  }

  void setRedirectUrl(String redirectUrl) {
    this.redirectUrl = redirectUrl;
  }
}
