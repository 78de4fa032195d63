package dev.dragonfly.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Fills the database of a manager: 1,000 clusters, 10,000 peers, 1,000 jobs. */
final class ManyRows {
  private static final List<String> ROWS =
      List.of(
          """
          INSERT INTO scheduler_clusters (created_at, updated_at, name, client_config, scopes)
          SELECT now(), now(), 'bench-' || n,
              '{"load_limit": 50, "block_list": {"task": {"download": {"urls": ["^https://no"]}}}}',
              jsonb_build_object('idc', 'idc-' || n, 'cidrs', jsonb_build_array('10.0.0.0/8'))
          FROM generate_series(1, 999) n
          """,
          """
          INSERT INTO seed_peer_clusters (created_at, updated_at, name)
          SELECT now(), now(), 'bench-' || n FROM generate_series(1, 999) n
          """,
          """
          INSERT INTO cluster_links (scheduler_cluster_id, seed_peer_cluster_id)
          SELECT c.id, s.id FROM scheduler_clusters c JOIN seed_peer_clusters s USING (name)
          ON CONFLICT DO NOTHING
          """,
          """
          INSERT INTO schedulers (created_at, updated_at, host_name, ip, port, scheduler_cluster_id)
          SELECT now(), now(), 'scheduler-' || id, '10.0.0.1', 8002, id FROM scheduler_clusters
          """,
          """
          INSERT INTO peers (created_at, updated_at, host_name, ip, type, port, download_port,
              state, os, platform, platform_family, platform_version, kernel_version, git_version,
              git_commit, build_platform, scheduler_cluster_id)
          SELECT now(), now(), 'peer-' || n, '10.1.0.1', 'normal', 4000, 4001, 'active', 'linux',
              'debian', 'debian', '12', '6.1.0', 'v2.5.0', 'abcdef0', 'linux/amd64', c.id
          FROM scheduler_clusters c CROSS JOIN generate_series(1, 10) n
          """);

  private static final String JOBS =
      """
      INSERT INTO jobs (created_at, updated_at, task_id, type, state, args, result)
      SELECT now(), now(), 'group-' || n, 'preheat', 'SUCCESS',
          '{"type": "file", "url": "https://example.com/file", "scope": "all_seed_peers"}',
          '{"state": "SUCCESS", "job_states": []}'
      FROM generate_series(1, 1000) n
      """;

  private ManyRows() {}

  static void insert(int port) {
    String url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    try (Connection connection = DriverManager.getConnection(url, "postgres", "");
        Statement statement = connection.createStatement()) {
      for (String rows : ROWS) {
        statement.execute(rows);
      }
      try (ResultSet jobs = statement.executeQuery("SELECT to_regclass('jobs') IS NOT NULL")) {
        if (!jobs.next() || !jobs.getBoolean(1)) {
          throw new IllegalStateException("this manager has no jobs");
        }
      }
      statement.execute(JOBS);
      statement.execute("ANALYZE");
    } catch (SQLException e) {
      throw new IllegalStateException("tried to fill the database at " + url, e);
    }
  }
}
