package dev.dragonfly.manager.instance;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.manager.dynconfig.JsonDocument;
import dev.dragonfly.manager.row.ChangeCount;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Instances enter and leave here. Each change is one statement, so a repeated call does no harm and
 * several managers may work at once. Blocks on the database: call from a virtual thread.
 */
@Component
public final class Registrations {
  private static final Logger LOG = LoggerFactory.getLogger(Registrations.class);
  private static final String INTERVAL = "manager_keep_alive_interval";

  private final SchedulerStore schedulers;
  private final SeedPeerStore seedPeers;
  private final JdbcClient jdbc;
  private final ChangeCount changes;

  Registrations(
      SchedulerStore schedulers, SeedPeerStore seedPeers, JdbcClient jdbc, ChangeCount changes) {
    this.schedulers = schedulers;
    this.seedPeers = seedPeers;
    this.jdbc = jdbc;
    this.changes = changes;
  }

  /**
   * Adds a scheduler, or updates the one with this name, address and cluster; a new one is inactive
   * until its first keep-alive.
   *
   * @throws DragonflyException NOT_FOUND when the cluster does not exist
   */
  public SchedulerRow register(SchedulerRegistration scheduler) {
    long id =
        insert(
            scheduler.key(),
            jdbc.sql(
                    """
                    INSERT INTO schedulers (created_at, updated_at, last_keep_alive_at, host_name, ip,
                        scheduler_cluster_id, port, idc, location, features, config,
                        keep_alive_interval_millis)
                    VALUES (now(), now(), now(), :hostName, :ip, :clusterId, :port, :idc, :location,
                        :features::jsonb, :config::jsonb, :interval)
                    ON CONFLICT (host_name, ip, scheduler_cluster_id) DO UPDATE SET
                        updated_at = now(), last_keep_alive_at = now(), deleted_at = NULL,
                        port = :port, idc = :idc, location = :location,
                        features = :features::jsonb, config = :config::jsonb,
                        keep_alive_interval_millis = :interval
                    RETURNING id
                    """)
                .param("hostName", scheduler.key().hostName())
                .param("ip", scheduler.key().ip())
                .param("clusterId", scheduler.key().clusterId())
                .param("port", scheduler.port())
                .param("idc", scheduler.idc())
                .param("location", scheduler.location())
                .param("features", JsonMapper.shared().writeValueAsString(scheduler.features()))
                .param("config", scheduler.config().text())
                .param("interval", interval(scheduler.config()).toMillis()));
    LOG.info("scheduler registered id={} {} port={}", id, scheduler.key(), scheduler.port());
    return schedulers.findById(id).orElseThrow(() -> removed(scheduler.key()));
  }

  /**
   * Adds a seed peer, or updates the one with this name, address and cluster; it is active at once.
   *
   * @throws DragonflyException NOT_FOUND when the cluster does not exist
   */
  public SeedPeerRow register(SeedPeerRegistration seedPeer) {
    long id =
        insert(
            seedPeer.key(),
            jdbc.sql(
                    """
                    INSERT INTO seed_peers (created_at, updated_at, last_keep_alive_at, host_name, ip,
                        seed_peer_cluster_id, type, port, download_port, idc, location, state)
                    VALUES (now(), now(), now(), :hostName, :ip, :clusterId, :type, :port,
                        :downloadPort, :idc, :location, 'active')
                    ON CONFLICT (host_name, ip, seed_peer_cluster_id) DO UPDATE SET
                        updated_at = now(), last_keep_alive_at = now(), deleted_at = NULL,
                        type = :type, port = :port, download_port = :downloadPort, idc = :idc,
                        location = :location, state = 'active'
                    RETURNING id
                    """)
                .param("hostName", seedPeer.key().hostName())
                .param("ip", seedPeer.key().ip())
                .param("clusterId", seedPeer.key().clusterId())
                .param("type", seedPeer.type())
                .param("port", seedPeer.port())
                .param("downloadPort", seedPeer.downloadPort())
                .param("idc", seedPeer.idc())
                .param("location", seedPeer.location()));
    LOG.info("seed peer registered id={} {} port={}", id, seedPeer.key(), seedPeer.port());
    return seedPeers.findById(id).orElseThrow(() -> removed(seedPeer.key()));
  }

  /**
   * Removes an instance; removing nobody is fine. The row stays as a tombstone that the next
   * keep-alive of a living instance brings back.
   */
  public void remove(InstanceKey key) {
    int rows =
        jdbc.sql(
                """
                UPDATE %s SET deleted_at = now(), updated_at = now(), state = 'inactive'
                WHERE host_name = :hostName AND (:ip = '' OR ip = :ip) AND %s = :clusterId
                    AND deleted_at IS NULL
                """
                    .formatted(key.kind().table(), key.kind().clusterColumn()))
            .param("hostName", key.hostName())
            .param("ip", key.ip())
            .param("clusterId", key.clusterId())
            .update();
    changes.changed();
    LOG.info("instance removed {} rows={}", key, rows);
  }

  /** Drops the tombstone of an instance that somebody is about to make anew. */
  void forget(InstanceKey key) {
    jdbc.sql(
            """
            DELETE FROM %s WHERE host_name = :hostName AND ip = :ip AND %s = :clusterId
                AND deleted_at IS NOT NULL
            """
                .formatted(key.kind().table(), key.kind().clusterColumn()))
        .param("hostName", key.hostName())
        .param("ip", key.ip())
        .param("clusterId", key.clusterId())
        .update();
  }

  private long insert(InstanceKey key, JdbcClient.StatementSpec statement) {
    try {
      long id = statement.query(Long.class).single();
      changes.changed();
      return id;
    } catch (DataIntegrityViolationException e) {
      throw new DragonflyException(
          ErrorCode.NOT_FOUND,
          "tried to register " + key + ", got no such cluster (expected one that exists)",
          e);
    }
  }

  private static DragonflyException removed(InstanceKey key) {
    return new DragonflyException(
        ErrorCode.UNAVAILABLE,
        "tried to register "
            + key
            + ", got no row (expected the new one): somebody removed it at the same moment; retry");
  }

  private static Duration interval(JsonDocument config) {
    JsonNode nanos = config.node().get(INTERVAL);
    return nanos != null && nanos.isIntegralNumber() && nanos.canConvertToLong()
        ? Duration.ofNanos(Math.max(0, nanos.longValue()))
        : Duration.ZERO;
  }
}
