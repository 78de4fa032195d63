package dev.dragonfly.manager.audit;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.manager.row.Texts;
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

  private static final String PURGE =
      """
      DELETE FROM audits WHERE id IN (SELECT id FROM audits
          WHERE operated_at < now() - ? * interval '1 microsecond' ORDER BY operated_at LIMIT ?)
      """;

  private final JdbcTemplate jdbc;
  private final Timers timers;
  private final BlockingQueue<Entry> queue = new ArrayBlockingQueue<>(MAX_QUEUED);
  private final AtomicBoolean writing = new AtomicBoolean();
  private Timers.Timer timer = () -> {};

  Audits(JdbcTemplate jdbc, Timers timers) {
    this.jdbc = jdbc;
    this.timers = timers;
  }

  /** Begins to write. */
  public void start() {
    timer = timers.every(INTERVAL, this::tick);
  }

  /** Writes what is left. */
  @Override
  public void close() {
    timer.cancel();
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

  /**
   * Forgets the oldest of those that are older.
   *
   * @return how many; at most {@code limit}
   */
  public int purge(Duration age, int limit) {
    return jdbc.update(PURGE, age.toNanos() / 1_000, limit);
  }

  /** One request and its end. */
  record Entry(Actor actor, String operation, Instant operatedAt, String path, int status) {
    Object[] columns() {
      return new Object[] {
        actor.type(),
        Texts.cut(actor.name(), MAX_TEXT),
        operation,
        Timestamp.from(operatedAt),
        status >= 200 && status < 300 ? "SUCCESS" : "FAILURE",
        Texts.cut(path, MAX_PATH),
        status
      };
    }
  }
}
