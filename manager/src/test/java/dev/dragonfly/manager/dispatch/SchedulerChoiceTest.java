package dev.dragonfly.manager.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.registry.HttpImageResolver;
import dev.dragonfly.manager.app.RunningManager;
import dev.dragonfly.manager.dynconfig.JsonDocument;
import dev.dragonfly.manager.instance.InstanceKey;
import dev.dragonfly.manager.instance.InstanceKind;
import dev.dragonfly.manager.instance.KeepAlive;
import dev.dragonfly.manager.instance.KeepAlives;
import dev.dragonfly.manager.instance.Registrations;
import dev.dragonfly.manager.instance.SchedulerRegistration;
import dev.dragonfly.manager.instance.SchedulerStore;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Schedulers whose name begins with "up" are of upstream, those with "mute" do not answer. */
@ExtendWith(RunningManager.Extension.class)
final class SchedulerChoiceTest {
  private final RunningManager running;
  private final SchedulerChoice choice;
  private long second;

  SchedulerChoiceTest(RunningManager running) {
    this.running = running;
    this.choice = new SchedulerChoice(running.bean(SchedulerStore.class), this::isOurs);
  }

  @BeforeEach
  void twoClusters() {
    running.clear();
    second =
        running
            .bean(JdbcClient.class)
            .sql(
                "INSERT INTO scheduler_clusters (created_at, updated_at, name)"
                    + " VALUES (now(), now(), 'second') RETURNING id")
            .query(Long.class)
            .single();
  }

  @Test
  void aPreheatGoesToOneGroupPerClusterOfThoseWhoAreWilling() {
    alive("a", 1, "schedule");
    alive("b", 1, "schedule", "preheat");
    alive("c", 1, "preheat");
    alive("d", second, "preheat");
    registered("e", second, "preheat");
    assertThat(names(choice.forPreheat(List.of()))).containsExactly("b c", "d");
    assertThat(names(choice.forPreheat(List.of(second)))).containsExactly("d");
    assertThat(names(choice.forPreheat(List.of(second, 1L, second)))).containsExactly("d", "b c");
    assertThat(choice.forPreheat(List.of(12345L))).isEmpty();
    assertThat(names(choice.forHosts(List.of(1L)))).containsExactly("a b c");
  }

  @Test
  void aTaskIsLookedForAtOneOfOursAndAtEveryOneOfUpstream() {
    alive("up1", 1);
    alive("a", 1);
    alive("up2", 1);
    alive("b", 1);
    alive("mute", 1);
    alive("up3", second);
    alive("mute2", second);
    assertThat(names(choice.forTasks(List.of())))
        .containsExactly("a b mute", "up1", "up2", "up3", "mute2");
    assertThat(choice.forTasks(List.of(second)))
        .extracting(SchedulerGroup::clusterId)
        .containsOnly(second);
  }

  @Test
  void whoIsNotHeardOfIsNotActive() {
    KeepAlive stream = alive("a", 1);
    SchedulerAddress address = new SchedulerAddress(1, "a", "10.0.0.1", 8002);
    assertThat(choice.isActive(address)).isTrue();
    assertThat(choice.isActive(new SchedulerAddress(1, "b", "10.0.0.1", 8002))).isFalse();
    running.bean(KeepAlives.class).end(stream);
    assertThat(choice.isActive(address)).isFalse();
  }

  @Test
  void theManagerPutsItAllTogether() {
    assertThat(running.bean(SchedulerChoice.class).forTasks(List.of())).isEmpty();
    assertThat(running.bean(TriedSchedulerJobs.class)).isNotNull();
    assertThat(running.bean(HttpImageResolver.class)).isNotNull();
  }

  private boolean isOurs(SchedulerAddress scheduler) {
    if (scheduler.hostname().startsWith("mute")) {
      throw new DragonflyException(ErrorCode.UNAVAILABLE, "mute");
    }
    return !scheduler.hostname().startsWith("up");
  }

  private KeepAlive alive(String name, long cluster, String... features) {
    return running.bean(KeepAlives.class).begin(registered(name, cluster, features)).orElseThrow();
  }

  private InstanceKey registered(String name, long cluster, String... features) {
    InstanceKey key = new InstanceKey(InstanceKind.SCHEDULER, name, "10.0.0.1", cluster);
    running
        .bean(Registrations.class)
        .register(
            new SchedulerRegistration(key, 8002, "", "", List.of(features), JsonDocument.EMPTY));
    return key;
  }

  private static List<String> names(List<SchedulerGroup> groups) {
    return groups.stream()
        .map(group ->
            String.join(" ", group.schedulers().stream().map(SchedulerAddress::hostname).toList()))
        .toList();
  }
}
