package dev.dragonfly.manager.audit;

import dev.dragonfly.manager.row.BaseRow;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.Immutable;

/** One request and its end, to read. */
@Entity
@Table(name = "audits")
@Immutable
public class AuditRow extends BaseRow {
  private String actorType = "";
  private String actorName = "";
  private String eventType = "";
  private String operation = "";
  private Instant operatedAt = Instant.EPOCH;
  private String state = "";
  private String path = "";
  private int statusCode;

  protected AuditRow() {}

  String actorType() {
    return actorType;
  }

  String actorName() {
    return actorName;
  }

  String eventType() {
    return eventType;
  }

  String operation() {
    return operation;
  }

  Instant operatedAt() {
    return operatedAt;
  }

  String state() {
    return state;
  }

  String path() {
    return path;
  }

  int statusCode() {
    return statusCode;
  }
}
