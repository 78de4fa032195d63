package dev.dragonfly.manager.row;

import jakarta.persistence.Column;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.MappedSuperclass;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** What every row of the manager has. */
@MappedSuperclass
public abstract class BaseRow {
  /** How existing clients see a time that never was. */
  public static final Instant NEVER = Instant.parse("0001-01-01T00:00:00Z");

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private @Nullable Long id;

  @Column(nullable = false, updatable = false)
  private Instant createdAt = Instant.EPOCH;

  @Column(nullable = false)
  private Instant updatedAt = Instant.EPOCH;

  /** The number of the row; 0 before it is stored. */
  public long id() {
    return id == null ? 0 : id;
  }

  public Instant createdAt() {
    return createdAt;
  }

  public Instant updatedAt() {
    return updatedAt;
  }

  /** Says when the row was changed; the first time is also when it was made. */
  public void touch(Instant now) {
    // PostgreSQL keeps microseconds: an answer to a change shall say what a later read says.
    Instant stored = now.truncatedTo(ChronoUnit.MICROS);
    if (id == null && createdAt.equals(Instant.EPOCH)) {
      createdAt = stored;
    }
    updatedAt = stored;
  }
}
