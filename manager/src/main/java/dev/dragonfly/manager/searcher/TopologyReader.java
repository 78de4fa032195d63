package dev.dragonfly.manager.searcher;

import dev.dragonfly.manager.cluster.ClusterLinkStore;
import dev.dragonfly.manager.cluster.SchedulerClusterStore;
import dev.dragonfly.manager.cluster.SeedPeerCluster;
import dev.dragonfly.manager.instance.SchedulerStore;
import dev.dragonfly.manager.instance.SeedPeerRow;
import dev.dragonfly.manager.instance.SeedPeerStore;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** Reads the topology in one transaction that sees one moment. Blocks: on a virtual thread. */
@Component
final class TopologyReader {
  /**
   * Changes with every row that a search can see, and not with signs of life: an instance that goes
   * on to live changes nothing. By content, as clocks of managers differ and commits overtake each
   * other.
   */
  private static final String FINGERPRINT =
      """
      SELECT concat_ws(' ',
        (SELECT concat(count(*), '.', sum(hashtextextended(c::text, 0))) FROM scheduler_clusters c),
        (SELECT concat(count(*), '.', sum(hashtextextended(c::text, 1))) FROM seed_peer_clusters c),
        (SELECT concat(count(*), '.', sum(hashtextextended(l::text, 2))) FROM cluster_links l),
        (SELECT concat(count(*), '.', sum(hashtextextended(concat_ws('/', id, host_name, ip, port,
            idc, location, state, features, config, scheduler_cluster_id), 3)))
          FROM schedulers WHERE deleted_at IS NULL),
        (SELECT concat(count(*), '.', sum(hashtextextended(concat_ws('/', id, host_name, ip, port,
            download_port, type, idc, location, seed_peer_cluster_id), 4)))
          FROM seed_peers WHERE deleted_at IS NULL AND state = 'active'))
      """;

  private final SchedulerClusterStore clusters;
  private final ClusterLinkStore links;
  private final SchedulerStore schedulers;
  private final SeedPeerStore seedPeers;
  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;

  TopologyReader(
      SchedulerClusterStore clusters,
      ClusterLinkStore links,
      SchedulerStore schedulers,
      SeedPeerStore seedPeers,
      JdbcClient jdbc,
      PlatformTransactionManager transactions) {
    this.clusters = clusters;
    this.links = links;
    this.schedulers = schedulers;
    this.seedPeers = seedPeers;
    this.jdbc = jdbc;
    this.transaction = new TransactionTemplate(transactions);
    this.transaction.setReadOnly(true);
    this.transaction.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
  }

  /** What was read, and by what it is known again. */
  record Reading(String fingerprint, TopologySnapshot snapshot) {}

  /** The topology as it is; the reading that is known where nothing has changed since. */
  @SuppressWarnings("NullAway") // The work never returns null, so neither does the transaction.
  Reading read(Reading known) {
    return transaction.execute(status -> {
      String fingerprint = jdbc.sql(FINGERPRINT).query(String.class).single();
      return fingerprint.equals(known.fingerprint()) ? known : new Reading(fingerprint, snapshot());
    });
  }

  /** Four queries. */
  private TopologySnapshot snapshot() {
    List<ClusterLinkStore.Serving> serving = links.all();
    Map<Long, List<SeedPeerRow>> seeds =
        seedPeers.active().stream().collect(Collectors.groupingBy(SeedPeerRow::seedPeerClusterId));
    return new TopologySnapshot(
        clusters.findAllByOrderById(),
        schedulers.findAllByOrderById(),
        serving.stream()
            .collect(
                Collectors.toMap(
                    ClusterLinkStore.Serving::id,
                    one -> placed(seeds.getOrDefault(one.seeds().id(), List.of()), one.seeds()))));
  }

  private static List<PlacedSeedPeer> placed(List<SeedPeerRow> rows, SeedPeerCluster cluster) {
    return rows.stream().map(row -> new PlacedSeedPeer(row, cluster, List.of())).toList();
  }
}
