package dev.dragonfly.manager.app;

import static org.assertj.core.api.Assertions.assertThat;

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
      PGSimpleDataSource source = new PGSimpleDataSource();
      source.setUrl(postgres.newDatabase());
      source.setUser(postgres.user());
      source.setPassword(postgres.password());
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

  private static void migrate(PGSimpleDataSource source, String version) {
    Flyway.configure().dataSource(source).target(version).load().migrate();
  }
}
