package dev.dragonfly.manager.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.testing.TestPostgres;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What an older manager left in its database, taken over by this one. */
final class MigrationTest {
  @Test
  void usersKeepTheirRolesAndApplicationsTheirMakers() {
    try (TestPostgres postgres = TestPostgres.start()) {
      PGSimpleDataSource source = database(postgres);
      JdbcClient jdbc = JdbcClient.create(source);
      migrate(source, "1");
      jdbc.sql(
              """
              INSERT INTO users (created_at, updated_at, name, encrypted_password, role)
              VALUES (now(), now(), 'root', 'x', 'root'), (now(), now(), 'jane', 'x', 'guest'),
                  (now(), now(), 'none', 'x', '')
              """)
          .update();
      jdbc.sql(
              """
              INSERT INTO applications (created_at, updated_at, name, url, user_id)
              VALUES (now(), now(), 'a', 'u', 2), (now(), now(), 'b', 'u', NULL)
              """)
          .update();
      migrate(source, "latest");
      assertThat(
              jdbc.sql("SELECT user_id || ' ' || role FROM user_roles ORDER BY user_id")
                  .query(String.class)
                  .list())
          .containsExactly("1 root", "2 guest");
      assertThat(jdbc.sql("SELECT user_id FROM applications ORDER BY id").query(Long.class).list())
          .containsExactly(2L, 0L);
      assertThat(
              jdbc.sql("SELECT count(*) FROM role_permissions WHERE role = 'guest'")
                  .query(Long.class)
                  .single())
          .isEqualTo(17);
    }
  }

  @Test
  void jobsComeWithoutTouchingWhatIsThereAndGoWithTheirClusters() {
    try (TestPostgres postgres = TestPostgres.start()) {
      PGSimpleDataSource source = database(postgres);
      JdbcClient jdbc = JdbcClient.create(source);
      migrate(source, "1");
      jdbc.sql(
              """
              INSERT INTO scheduler_clusters (created_at, updated_at, name) VALUES (now(), now(), 'c');
              INSERT INTO schedulers (created_at, updated_at, host_name, ip, port, scheduler_cluster_id)
              VALUES (now(), now(), 's', '10.0.0.1', 8002, 1)
              """)
          .update();
      migrate(source, "2");
      jdbc.sql(
              """
              INSERT INTO peers (created_at, updated_at, host_name, ip, type, port, download_port,
                  scheduler_cluster_id)
              VALUES (now(), now(), 'p', '10.0.0.2', 'normal', 1, 2, 1)
              """)
          .update();
      migrate(source, "3");
      assertThat(jdbc.sql("SELECT host_name FROM peers").query(String.class).list())
          .containsExactly("p");
      assertThat(jdbc.sql("SELECT host_name FROM schedulers").query(String.class).list())
          .containsExactly("s");
      jdbc.sql(
              """
              INSERT INTO jobs (created_at, updated_at, task_id, type) VALUES (now(), now(), 'g', 'preheat');
              INSERT INTO job_parts (job_id, scheduler_cluster_id, task_uuid) VALUES (1, 1, 't');
              INSERT INTO job_contents VALUES (1, 0, 'http://o/f');
              INSERT INTO job_targets (part_id, position, host_id, job_id, host_name, ip, host_type, state, change)
              VALUES (1, 0, 'h', 1, 'h', '10.0.0.2', 'super', 'PLANNED', 1)
              """)
          .update();
      assertThatThrownBy(() -> jdbc.sql("UPDATE job_targets SET state = 'FAILURE'").update())
          .hasMessageContaining("check");
      assertThatThrownBy(() -> jdbc.sql("UPDATE jobs SET state = 'RUNNING'").update())
          .hasMessageContaining("check");
      jdbc.sql("DELETE FROM schedulers; DELETE FROM scheduler_clusters").update();
      assertThat(jdbc.sql("SELECT count(*) FROM job_targets").query(Long.class).single()).isZero();
      assertThat(jdbc.sql("SELECT count(*) FROM jobs").query(Long.class).single()).isEqualTo(1);
    }
  }

  private static PGSimpleDataSource database(TestPostgres postgres) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(postgres.newDatabase());
    source.setUser(postgres.user());
    source.setPassword(postgres.password());
    return source;
  }

  private static void migrate(PGSimpleDataSource source, String version) {
    Flyway.configure().dataSource(source).target(version).load().migrate();
  }
}
