package dev.dragonfly.manager.figures;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.manager.figures.FigureReport.Counts;
import dev.dragonfly.manager.figures.FigureReport.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Figures in PostgreSQL, kept for a day. Blocks on the database: call from a virtual thread. */
@Component
public final class Figures {
  /** How long they are kept. */
  static final Duration KEPT = Duration.ofHours(24);

  /** By how much the clock of a scheduler may be ahead of ours. */
  private static final Duration AHEAD = Duration.ofSeconds(10);

  private static final int BATCH = 1_000;

  /** "figures" in ASCII: managers that purge at once leave it to the first. */
  private static final long PURGE_LOCK = 0x66696775726573L;

  private static final String INSERT =
      """
      INSERT INTO figures (scheduler_cluster_id, begin_second, instance, origin_bytes, seed_bytes,
          peer_bytes, downloads, failures, back_to_source, hosts, running)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (scheduler_cluster_id, begin_second, instance) DO UPDATE SET
          origin_bytes = excluded.origin_bytes, seed_bytes = excluded.seed_bytes,
          peer_bytes = excluded.peer_bytes, downloads = excluded.downloads,
          failures = excluded.failures, back_to_source = excluded.back_to_source,
          hosts = excluded.hosts, running = excluded.running
      """;

  /**
   * Each scheduler of a cluster sees all its hosts, and only its own streams: of the first the
   * largest counts, the second add up. Over several slots both are the largest.
   */
  private static final String READ =
      """
      SELECT slot / :step * :step, sum(origin)::bigint, sum(seed)::bigint, sum(peer)::bigint,
          sum(downloads)::bigint, sum(failures)::bigint, sum(source)::bigint, max(hosts)::bigint,
          max(running)::bigint
      FROM (SELECT slot, sum(origin) AS origin, sum(seed) AS seed, sum(peer) AS peer,
              sum(downloads) AS downloads, sum(failures) AS failures, sum(source) AS source,
              sum(hosts) AS hosts, sum(running) AS running
          FROM (SELECT begin_second AS slot, sum(origin_bytes) AS origin, sum(seed_bytes) AS seed,
                  sum(peer_bytes) AS peer, sum(downloads) AS downloads, sum(failures) AS failures,
                  sum(back_to_source) AS source, max(hosts) AS hosts, sum(running) AS running
              FROM figures
              WHERE begin_second >= :from AND begin_second < :to
                  AND (:cluster = 0 OR scheduler_cluster_id = :cluster)
              GROUP BY scheduler_cluster_id, begin_second) AS clusters
          GROUP BY slot) AS slots
      GROUP BY 1 ORDER BY 1
      """;

  private final JdbcTemplate jdbc;
  private final JdbcClient client;
  private final Time time;

  Figures(JdbcTemplate jdbc, JdbcClient client, Time time) {
    this.jdbc = jdbc;
    this.client = client;
    this.time = time;
  }

  /**
   * Keeps what a scheduler counted; what is said again replaces what was said. What is too old is
   * left out.
   *
   * @throws DragonflyException INVALID_ARGUMENT for slots that lie ahead, NOT_FOUND when there is
   *     no such cluster
   */
  public void store(FigureReport report) {
    long latest = time.now().plus(AHEAD).getEpochSecond();
    for (Slot slot : report.slots()) {
      if (slot.begin() > latest) {
        throw new DragonflyException(
            ErrorCode.INVALID_ARGUMENT,
            "tried to take figures of instance %s, got a slot that begins at %s (expected none that lies ahead); look at the clocks of scheduler and manager"
                .formatted(report.instance(), Instant.ofEpochSecond(slot.begin())));
      }
    }
    // In one order, so that two reports of the same slots cannot wait for each other.
    List<Object[]> rows =
        report.slots().stream()
            .filter(slot -> slot.begin() >= oldest())
            .sorted(Comparator.comparingLong(Slot::begin))
            .map(slot -> row(report, slot))
            .toList();
    try {
      jdbc.batchUpdate(INSERT, rows);
    } catch (DataIntegrityViolationException e) {
      throw new DragonflyException(
          ErrorCode.NOT_FOUND,
          "tried to take figures of cluster id=%d, got no such cluster (expected one that exists)"
              .formatted(report.clusterId()),
          e);
    }
  }

  /**
   * What was counted, in steps; a step in which no scheduler reported is left out.
   *
   * @param clusterId 0 for all clusters together
   */
  List<FigurePoint> read(long clusterId, FigureQuery.Window window) {
    return client
        .sql(READ)
        .param("cluster", clusterId)
        .param("from", window.from().getEpochSecond())
        .param("to", window.to().getEpochSecond())
        .param("step", window.step())
        .query((row, n) ->
            new FigurePoint(
                Instant.ofEpochSecond(row.getLong(1)),
                row.getLong(2),
                row.getLong(3),
                row.getLong(4),
                row.getLong(5),
                row.getLong(6),
                row.getLong(7),
                row.getLong(8),
                row.getLong(9)))
        .list();
  }

  /** Forgets what is older than a day, little by little; returns how much. */
  int purge() {
    int purged = 0;
    int batch;
    do {
      batch =
          client
              .sql(
                  """
                  DELETE FROM figures WHERE ctid = ANY (ARRAY(
                      SELECT ctid FROM figures
                      WHERE begin_second < :oldest AND (SELECT pg_try_advisory_xact_lock(:lock))
                      ORDER BY begin_second LIMIT :batch))
                  """)
              .param("oldest", oldest())
              .param("lock", PURGE_LOCK)
              .param("batch", BATCH)
              .update();
      purged += batch;
    } while (batch == BATCH);
    return purged;
  }

  private long oldest() {
    return time.now().minus(KEPT).getEpochSecond();
  }

  private static Object[] row(FigureReport report, Slot slot) {
    Counts counts = slot.counts();
    return new Object[] {
      report.clusterId(),
      slot.begin(),
      report.instance(),
      counts.originBytes(),
      counts.seedBytes(),
      counts.peerBytes(),
      counts.downloads(),
      counts.failures(),
      counts.backToSource(),
      counts.hosts(),
      counts.running()
    };
  }
}
