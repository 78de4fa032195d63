package dev.dragonfly.manager.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.manager.app.RunningManager;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.jdbc.core.simple.JdbcClient;

@ExtendWith(RunningManager.Extension.class)
final class AuditsTest {
  private final RunningManager running;

  AuditsTest(RunningManager running) {
    this.running = running;
  }

  @Test
  void whatIsOldIsForgotten() {
    JdbcClient jdbc = running.bean(JdbcClient.class);
    jdbc.sql(
            """
            INSERT INTO audits (created_at, updated_at, actor_type, actor_name, operation,
                operated_at, state, path, status_code)
            SELECT now(), now(), 'USER', 'kept', 'GET', now() - age * interval '1 day', 'SUCCESS',
                '/age/' || age, 200 FROM unnest(ARRAY[6, 8]) AS age
            """)
        .update();
    assertThat(running.bean(Audits.class).purge(Duration.ofDays(7), 100_000)).isPositive();
    assertThat(
            jdbc.sql("SELECT path FROM audits WHERE actor_name = 'kept'")
                .query(String.class)
                .list())
        .containsExactly("/age/6");
  }
}
