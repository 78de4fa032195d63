package dev.dragonfly.manager.instance;

import dev.dragonfly.manager.row.ChangeCount;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Who is alive. The state of an instance belongs to its newest stream, whichever manager holds it:
 * a stream gets a generation when it begins, and an older stream can neither refresh nor end what a
 * newer one began. Times are those of the database, because managers compare what others wrote and
 * their own clocks differ. Blocks on the database: call from a virtual thread.
 */
@Component
public final class KeepAlives {
  private static final Logger LOG = LoggerFactory.getLogger(KeepAlives.class);

  /** An instance may miss two of its own messages. */
  private static final int MISSED = 3;

  private final JdbcClient jdbc;
  private final ChangeCount changes;
  private volatile boolean leaving;

  KeepAlives(JdbcClient jdbc, ChangeCount changes) {
    this.jdbc = jdbc;
    this.changes = changes;
  }

  /**
   * A stream begins: the instance is active, and comes back if its row was removed.
   *
   * @return empty when nobody with this key ever registered
   */
  public Optional<KeepAlive> begin(InstanceKey key) {
    Optional<KeepAlive> begun =
        jdbc.sql(
                """
                UPDATE %s SET state = 'active', deleted_at = NULL, last_keep_alive_at = now(),
                    keep_alive_generation = keep_alive_generation + 1
                WHERE id = (SELECT id FROM %s
                    WHERE host_name = :hostName AND (:ip = '' OR ip = :ip) AND %s = :clusterId
                    ORDER BY deleted_at IS NOT NULL, updated_at DESC, id DESC LIMIT 1)
                RETURNING id, keep_alive_generation
                """
                    .formatted(key.kind().table(), key.kind().table(), key.kind().clusterColumn()))
            .param("hostName", key.hostName())
            .param("ip", key.ip())
            .param("clusterId", key.clusterId())
            .query((row, n) -> new KeepAlive(key, row.getLong(1), row.getLong(2)))
            .optional();
    changes.changed();
    begun.ifPresent(keepAlive -> LOG.info("keep-alive began {}", keepAlive));
    return begun;
  }

  /**
   * A further message came.
   *
   * @return the keep-alive to go on with: itself, or a newer one when the stream that replaced this
   *     one has ended and this one still speaks; empty when the row is gone for good
   */
  public Optional<KeepAlive> refresh(KeepAlive keepAlive) {
    int rows =
        jdbc.sql(
                """
                UPDATE %s SET state = 'active', deleted_at = NULL, last_keep_alive_at = now()
                WHERE id = :id AND keep_alive_generation = :generation
                """
                    .formatted(keepAlive.key().kind().table()))
            .param("id", keepAlive.id())
            .param("generation", keepAlive.generation())
            .update();
    if (rows == 1) {
      return Optional.of(keepAlive);
    }
    Optional<String> state =
        jdbc.sql("SELECT state FROM %s WHERE id = :id".formatted(keepAlive.key().kind().table()))
            .param("id", keepAlive.id())
            .query(String.class)
            .optional();
    if (state.isPresent() && state.get().equals(InstanceState.ACTIVE.word())) {
      return Optional.of(keepAlive);
    }
    return begin(keepAlive.key());
  }

  /** The stream ended: the instance is inactive, unless a newer stream speaks for it. */
  public void end(KeepAlive keepAlive) {
    if (leaving) {
      return;
    }
    int rows =
        jdbc.sql(
                """
                UPDATE %s SET state = 'inactive', updated_at = now()
                WHERE id = :id AND keep_alive_generation = :generation AND state = 'active'
                """
                    .formatted(keepAlive.key().kind().table()))
            .param("id", keepAlive.id())
            .param("generation", keepAlive.generation())
            .update();
    changes.changed();
    LOG.info("keep-alive ended {} inactive={}", keepAlive, rows == 1);
  }

  /**
   * This manager stops: its streams break, but that says nothing about the instances. They stay
   * active for the timeout, which is time enough to open a stream to the next manager.
   */
  public void leave() {
    leaving = true;
  }

  /**
   * Drops those of whom nothing was heard for so long that they will not come back: addresses of
   * pods change, and their rows would pile up. Who does come back registers anew.
   *
   * @return how many
   */
  public int forget(Duration silence) {
    int rows = 0;
    for (InstanceKind kind : InstanceKind.values()) {
      rows +=
          jdbc.sql(
                  """
                  DELETE FROM %s WHERE state = 'inactive' AND last_keep_alive_at IS NOT NULL
                      AND greatest(last_keep_alive_at, updated_at)
                          + :silence * interval '1 millisecond' < now()
                  """
                      .formatted(kind.table()))
              .param("silence", silence.toMillis())
              .update();
    }
    if (rows > 0) {
      changes.changed();
      LOG.info("instances silent for very long forgotten count={} silence={}", rows, silence);
    }
    return rows;
  }

  /**
   * Makes those inactive that were silent for too long.
   *
   * @return how many
   */
  public int expire(Duration timeout) {
    int rows = 0;
    for (InstanceKind kind : InstanceKind.values()) {
      rows +=
          jdbc.sql(
                  """
                  UPDATE %s SET state = 'inactive', updated_at = now()
                  WHERE state = 'active' AND (last_keep_alive_at IS NULL OR last_keep_alive_at
                      + greatest(:timeout, keep_alive_interval_millis * :missed)
                          * interval '1 millisecond' < now())
                  """
                      .formatted(kind.table()))
              .param("timeout", timeout.toMillis())
              .param("missed", MISSED)
              .update();
    }
    if (rows > 0) {
      changes.changed();
      LOG.warn("instances silent for too long made inactive count={} timeout={}", rows, timeout);
    }
    return rows;
  }
}
