package dev.dragonfly.manager.row;

import jakarta.persistence.Column;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.MappedSuperclass;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What every row of the manager has. */
@MappedSuperclass
public abstract class BaseRow {
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
    if (id == null && createdAt.equals(Instant.EPOCH)) {
      createdAt = now;
    }
    updatedAt = now;
  }
}
