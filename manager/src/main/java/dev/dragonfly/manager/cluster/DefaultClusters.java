package dev.dragonfly.manager.cluster;

import dev.dragonfly.common.time.Time;
import dev.dragonfly.manager.dynconfig.JsonDocument;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Makes one scheduler cluster and its seed peer cluster when there is none, so that all may
 * register.
 */
@Component
public final class DefaultClusters {
  private static final Logger LOG = LoggerFactory.getLogger(DefaultClusters.class);
  private static final String NAME = "cluster-1";
  private static final JsonDocument CONFIG =
      new JsonDocument(
          "{\"candidate_parent_limit\":3,\"filter_parent_limit\":15,\"job_rate_limit\":10}");
  private static final JsonDocument CLIENT_CONFIG = new JsonDocument("{\"load_limit\":200}");
  private static final JsonDocument SEED_CONFIG = new JsonDocument("{\"load_limit\":2000}");

  private final SchedulerClusterStore schedulerClusters;
  private final SeedPeerClusterStore seedPeerClusters;
  private final ClusterLinkStore links;
  private final JdbcClient jdbc;
  private final TransactionOperations transactions;
  private final Time time;

  DefaultClusters(
      SchedulerClusterStore schedulerClusters,
      SeedPeerClusterStore seedPeerClusters,
      ClusterLinkStore links,
      JdbcClient jdbc,
      TransactionOperations transactions,
      Time time) {
    this.schedulerClusters = schedulerClusters;
    this.seedPeerClusters = seedPeerClusters;
    this.links = links;
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.time = time;
  }

  /** Does nothing once there is any cluster; replicas that start together make one pair. */
  public void createIfNone() {
    transactions.executeWithoutResult(status -> {
      jdbc.sql("LOCK TABLE scheduler_clusters IN SHARE ROW EXCLUSIVE MODE").update();
      if (schedulerClusters.count() == 0 && seedPeerClusters.count() == 0) {
        create();
      }
    });
  }

  private void create() {
    Instant now = time.now();
    SchedulerCluster schedulers = new SchedulerCluster(NAME);
    schedulers.configure(CONFIG);
    schedulers.configureClients(CLIENT_CONFIG);
    schedulers.makeDefault(true);
    schedulers.touch(now);
    SeedPeerCluster seeds = new SeedPeerCluster(NAME);
    seeds.configure(SEED_CONFIG);
    seeds.touch(now);
    long schedulerClusterId = schedulerClusters.save(schedulers).id();
    long seedPeerClusterId = seedPeerClusters.save(seeds).id();
    links.save(new ClusterLink(schedulerClusterId, seedPeerClusterId));
    LOG.info(
        "default clusters created schedulerCluster={} seedPeerCluster={}",
        schedulerClusterId,
        seedPeerClusterId);
  }
}
