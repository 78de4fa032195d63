package dev.dragonfly.manager.cachetask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.testing.OwnRedis;
import dev.dragonfly.manager.cachetask.CacheTaskView.PeerView;
import dev.dragonfly.manager.store.redis.RedisAccess;
import dev.dragonfly.manager.store.redis.RedisConfig;
import dev.dragonfly.manager.store.redis.SchedulerData;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is shown of persistent cache tasks, as schedulers of upstream write them. */
final class CacheTasksTest {
  private static final String PREFIX = "scheduler:scheduler-clusters:7:";
  private static final String TASK = PREFIX + "persistent-cache-tasks:t1";
  private static final String PEERS = "persistent-cache-peers-for-persistent-cache-task";
  private static final String TIMES =
      " created_at 2026-01-02T03:04:05.5+02:00 updated_at 2026-01-02T03:04:06Z";

  @RegisterExtension private static final OwnRedis redis = OwnRedis.start();

  private final RedisConfig config = config(redis.address());
  private final RedisAccess access = new RedisAccess(config);
  private final CacheTasks tasks = new CacheTasks(new SchedulerData(access, config));

  @AfterEach
  void close() {
    access.close();
  }

  @Test
  void aTaskIsShownWithItsPeersAndTheirHosts() {
    writeTask("t1");
    writePeer("p1", "network_");
    CacheTaskView task = tasks.find(7, "t1").orElseThrow();
    assertThat(task.id()).isEqualTo("t1");
    assertThat(task.persistentReplicaCount()).isEqualTo(2);
    assertThat(task.contentLength()).isEqualTo(4096);
    assertThat(task.ttl()).isEqualTo(60_000_000_000L);
    assertThat(task.application()).isEmpty();
    assertThat(task.createdAt()).isEqualTo(Instant.parse("2026-01-02T01:04:05.5Z"));
    PeerView peer = onlyPeer(task);
    assertThat(peer.persistent()).isTrue();
    assertThat(peer.finishedPieces()).isEqualTo("Pz8_");
    assertThat(peer.blockParents()).containsExactly("p2");
    HostView host = peer.host();
    assertThat(host.hostname()).isEqualTo("node");
    assertThat(host.disableShared()).isFalse();
    assertThat(host.cpu().percent()).isEqualTo(1.5);
    assertThat(host.cpu().times().guestNice()).isEqualTo(10);
    assertThat(host.memory().free()).isEqualTo(6);
    assertThat(host.network().idc()).isEqualTo("dc");
    assertThat(host.network().maxTxBandwidth()).isEqualTo(6);
    assertThat(host.disk().readBandwidth()).isEqualTo(10);
    assertThat(host.build().goVersion()).isEqualTo("go1");
    assertThat(host.announceInterval()).isEqualTo(30);
  }

  @Test
  void aHostOfAnOlderSchedulerIsReadByItsNamesWithoutPrefix() {
    writeTask("t1");
    writePeer("p1", "");
    assertThat(onlyPeer(tasks.find(7, "t1").orElseThrow()).host().network().idc()).isEqualTo("dc");
  }

  @Test
  void allTasksOfTheClusterAreListedOnceAndBrokenOnesAreNot() {
    writeTask("t2");
    writeTask("t1");
    writePeer("p1", "network_");
    redis.command("HSET " + PREFIX + "persistent-cache-tasks:broken id broken piece_length many");
    redis.command("HSET scheduler:scheduler-clusters:8:persistent-cache-tasks:other id other");
    assertThat(tasks.list(7)).extracting(CacheTaskView::id).containsExactly("t1", "t2");
  }

  @Test
  void aPeerThatCannotBeReadIsLeftOutAndNoneIsNull() {
    writeTask("t1");
    redis.command("SADD " + TASK + ":" + PEERS + " gone");
    assertThat(tasks.find(7, "t1").orElseThrow().peers()).isNull();
  }

  @Test
  void aRemovedTaskIsGoneAndAnUnknownOneIsAbsent() {
    writeTask("t1");
    tasks.remove(7, "t1");
    tasks.remove(7, "never");
    assertThat(tasks.find(7, "t1")).isEmpty();
    assertThat(tasks.list(7)).isEmpty();
  }

  @Test
  void withoutARedisThereIsNothingAndAwayItIsSaid() {
    RedisConfig none = config(null);
    RedisConfig away = config("127.0.0.1:" + OwnRedis.freePort());
    try (RedisAccess toNone = new RedisAccess(none);
        RedisAccess toAway = new RedisAccess(away)) {
      assertThat(new CacheTasks(new SchedulerData(toNone, none)).list(7)).isEmpty();
      assertThatThrownBy(() -> new CacheTasks(new SchedulerData(toAway, away)).list(7))
          .isInstanceOf(DragonflyException.class)
          .extracting(e -> ((DragonflyException) e).code())
          .isEqualTo(ErrorCode.UNAVAILABLE);
    }
  }

  private static RedisConfig config(@Nullable String address) {
    return new RedisConfig(address, null, null, 0, 1, 2);
  }

  private static PeerView onlyPeer(CacheTaskView task) {
    assertThat(task.peers()).hasSize(1);
    return List.copyOf(task.peers()).getFirst();
  }

  private static void writeTask(String id) {
    redis.command(
        "HSET %spersistent-cache-tasks:%s id %s persistent_replica_count 2 tag t piece_length 1024 content_length 4096 total_piece_count 4 state Succeeded ttl 60000000000%s"
            .formatted(PREFIX, id, id, TIMES));
  }

  private static void writePeer(String id, String network) {
    redis.command("SADD " + TASK + ":" + PEERS + " " + id);
    redis.command(
        "HSET %s%s:%s id %s persistent 1 finished_pieces ??? state Succeeded block_parents '[\"p2\"]' host_id h1 cost 5%s"
            .formatted(PREFIX, PEERS, id, id, TIMES));
    redis.command("HSET %spersistent-cache-hosts:h1 %s".formatted(PREFIX, host(network)));
  }

  private static String host(String network) {
    return """
    id h1 type normal hostname node ip 10.0.0.1 port 1 download_port 2 disable_shared 0 \
    os linux platform p platform_family f platform_version v kernel_version k \
    cpu_logical_count 1 cpu_physical_count 1 cpu_percent 1.5 cpu_process_percent 0.5 \
    cpu_times_user 1 cpu_times_system 2 cpu_times_idle 3 cpu_times_nice 4 cpu_times_iowait 5 \
    cpu_times_irq 6 cpu_times_softirq 7 cpu_times_steal 8 cpu_times_guest 9 cpu_times_guest_nice 10 \
    memory_total 1 memory_available 2 memory_used 3 memory_used_percent 4 \
    memory_process_used_percent 5 memory_free 6 \
    NETtcp_connection_count 1 NETupload_tcp_connection_count 2 NETlocation l NETidc dc \
    NETrx_bandwidth 3 NETmax_rx_bandwidth 4 NETtx_bandwidth 5 NETmax_tx_bandwidth 6 \
    disk_total 1 disk_free 2 disk_used 3 disk_used_percent 4 disk_inodes_total 5 disk_inodes_used 6 \
    disk_inodes_free 7 disk_inodes_used_percent 8 disk_write_bandwidth 9 disk_read_bandwidth 10 \
    build_git_version g build_git_commit c build_go_version go1 build_platform p \
    scheduler_cluster_id 7 announce_interval 30\
    """
            .replace("NET", network)
        + TIMES;
  }
}
