package dev.dragonfly.manager.security;

import java.security.SecureRandom;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Secrets that are made up once and kept in the database, so that all managers share them and none
 * is known from a manual. Whoever can read that table can do what the manager can.
 */
@Component
public final class SharedSecrets {
  private static final int LENGTH = 32;

  private final SecureRandom random;
  private final JdbcClient jdbc;

  public SharedSecrets(SecureRandom random, JdbcClient jdbc) {
    this.random = random;
    this.jdbc = jdbc;
  }

  /** 32 random bytes, the same for every manager of this database. Blocks on it. */
  public byte[] of(String name) {
    byte[] fresh = new byte[LENGTH];
    random.nextBytes(fresh);
    // Who comes second inserts nothing and reads what the first one made.
    jdbc.sql(
            """
            INSERT INTO secrets (name, created_at, value) VALUES (:name, now(), :value)
            ON CONFLICT (name) DO NOTHING
            """)
        .param("name", name)
        .param("value", fresh)
        .update();
    return jdbc.sql("SELECT value FROM secrets WHERE name = :name")
        .param("name", name)
        .query(byte[].class)
        .single();
  }
}
