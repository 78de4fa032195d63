package dev.dragonfly.manager.audit;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.time.Timers;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Keeps who did what: noted in memory by the threads of requests, written in batches on a virtual
 * thread, so that no request waits for it. What comes while the queue is full is counted in the log
 * and lost.
 */
@Component
public final class Audits implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Audits.class);
  private static final int MAX_QUEUED = 1_000;
  private static final int BATCH = 500;
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final int MAX_TEXT = 256;
  private static final int MAX_PATH = 1_024;
  private static final String INSERT =
      """
      INSERT INTO audits (created_at, updated_at, actor_type, actor_name, operation, operated_at,
          state, path, status_code)
      VALUES (now(), now(), ?, ?, ?, ?, ?, ?, ?)
      """;

  private static final Duration PURGE_INTERVAL = Duration.ofHours(1);

  /**
   * How long audits are kept, operators say in nanoseconds, in the setting that the console edits.
   */
  private static final String PURGE =
      """
      DELETE FROM audits WHERE operated_at < now() - (SELECT (value::jsonb #>> '{audit,ttl}')::bigint / 1000
          * interval '1 microsecond' FROM settings WHERE name = 'gc')
      """;

  private final JdbcTemplate jdbc;
  private final Timers timers;
  private final BlockingQueue<Entry> queue = new ArrayBlockingQueue<>(MAX_QUEUED);
  private final AtomicBoolean writing = new AtomicBoolean();
  private Timers.Timer timer = () -> {};
  private Timers.Timer purgeTimer = () -> {};

  Audits(JdbcTemplate jdbc, Timers timers) {
    this.jdbc = jdbc;
    this.timers = timers;
  }

  /** Begins to write and to forget. */
  public void start() {
    timer = timers.every(INTERVAL, this::tick);
    purgeTimer = timers.every(PURGE_INTERVAL, () -> Threads.virtual("audit-purge", this::purge));
  }

  /** Writes what is left. */
  @Override
  public void close() {
    timer.cancel();
    purgeTimer.cancel();
    write();
  }

  void note(Entry entry) {
    if (!queue.offer(entry)) {
      LOG.warn("audit lost path={} status={}", entry.path(), entry.status());
    } else if (queue.size() >= BATCH) {
      tick();
    }
  }

  private void tick() {
    if (writing.compareAndSet(false, true)) {
      Threads.virtual(
          "audit-writer",
          () -> {
            try {
              write();
            } finally {
              writing.set(false);
            }
          });
    }
  }

  private void write() {
    List<Entry> batch = new ArrayList<>();
    while (queue.drainTo(batch, BATCH) > 0) {
      try {
        jdbc.batchUpdate(INSERT, batch.stream().map(Entry::columns).toList());
      } catch (DataAccessException | TransactionException e) {
        LOG.warn("audits lost count={}", batch.size(), e);
      }
      batch.clear();
    }
  }

  /** Forgets what is older than the setting says; without the setting, nothing. */
  void purge() {
    try {
      int rows = jdbc.update(PURGE);
      LOG.info("old audits forgotten count={}", rows);
    } catch (DataAccessException | TransactionException e) {
      LOG.warn("old audits stay; is the setting gc JSON with audit.ttl?", e);
    }
  }

  /** One request and its end. */
  record Entry(Actor actor, String operation, Instant operatedAt, String path, int status) {
    Object[] columns() {
      return new Object[] {
        actor.type(),
        cut(actor.name(), MAX_TEXT),
        operation,
        Timestamp.from(operatedAt),
        status >= 200 && status < 300 ? "SUCCESS" : "FAILURE",
        cut(path, MAX_PATH),
        status
      };
    }

    private static String cut(String text, int length) {
      String plain = text.replace("\0", "");
      return plain.length() > length ? plain.substring(0, length) : plain;
    }
  }
}
