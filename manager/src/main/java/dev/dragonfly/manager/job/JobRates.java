package dev.dragonfly.manager.job;

import dev.dragonfly.manager.cluster.SchedulerCluster;
import java.util.Collections;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * How many jobs a cluster takes: so many in a second as its configuration says, and at most so many
 * at once, whichever manager is asked. Kept in the database as the time until which the allowance
 * is used up.
 */
@Component
final class JobRates {
  private static final int USUAL = 10;

  private final JdbcClient jdbc;

  JobRates(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Takes one for each of the numbers; false when a cluster has not so many left. */
  boolean take(List<SchedulerCluster> clusters, List<Long> ids) {
    for (SchedulerCluster cluster : clusters) {
      if (!take(cluster, Collections.frequency(ids, cluster.id()))) {
        return false;
      }
    }
    return true;
  }

  private boolean take(SchedulerCluster cluster, int count) {
    int configured = cluster.config().node().path("job_rate_limit").asInt(0);
    int rate = configured == 0 ? USUAL : configured;
    if (count > rate) {
      return false;
    }
    return jdbc.sql(
                """
                INSERT INTO job_rates (scheduler_cluster_id, used_until)
                VALUES (:cluster, clock_timestamp() + interval '1 second' * :count / :rate)
                ON CONFLICT (scheduler_cluster_id) DO UPDATE SET used_until =
                    greatest(job_rates.used_until, clock_timestamp()) + interval '1 second' * :count / :rate
                WHERE greatest(job_rates.used_until, clock_timestamp()) + interval '1 second' * :count / :rate
                    <= clock_timestamp() + interval '1 second'
                """)
            .param("cluster", cluster.id())
            .param("count", count)
            .param("rate", rate)
            .update()
        == 1;
  }
}
