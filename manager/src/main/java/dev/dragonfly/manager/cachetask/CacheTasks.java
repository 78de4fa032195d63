package dev.dragonfly.manager.cachetask;

import dev.dragonfly.manager.cachetask.CacheTaskView.PeerView;
import dev.dragonfly.manager.dynconfig.JsonTexts;
import dev.dragonfly.manager.store.redis.SchedulerData;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Persistent cache tasks of a cluster; broken entries are skipped and logged. */
@Component
final class CacheTasks {
  private static final Logger LOG = LoggerFactory.getLogger(CacheTasks.class);

  private final SchedulerData data;

  CacheTasks(SchedulerData data) {
    this.data = data;
  }

  /** All tasks of a cluster, by id. */
  List<CacheTaskView> list(long clusterId) {
    String prefix = prefix(clusterId) + "persistent-cache-tasks:";
    Set<String> ids = new TreeSet<>();
    for (String key : data.keys(prefix + "*")) {
      ids.add(key.substring(prefix.length()).split(":")[0]);
    }
    return ids.stream().flatMap(id -> find(clusterId, id).stream()).toList();
  }

  Optional<CacheTaskView> find(long clusterId, String id) {
    Fields task = fields(taskKey(clusterId, id));
    if (task.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(CacheTaskView.of(task, peers(clusterId, id)));
    } catch (RuntimeException e) {
      LOG.warn("persistent cache task skipped cluster={} task={}", clusterId, id, e);
      return Optional.empty();
    }
  }

  /** Forgets a task; its copies stay until their hosts need the room. */
  void remove(long clusterId, String id) {
    data.delete(taskKey(clusterId, id));
  }

  private List<PeerView> peers(long clusterId, String id) {
    List<PeerView> peers = new ArrayList<>();
    String key = taskKey(clusterId, id) + ":persistent-cache-peers-for-persistent-cache-task";
    for (byte[] member : data.members(key)) {
      String peerId = new String(member, StandardCharsets.UTF_8);
      try {
        peers.add(peer(clusterId, peerId));
      } catch (RuntimeException e) {
        LOG.warn("peer of a persistent cache task skipped task={} peer={}", id, peerId, e);
      }
    }
    return peers;
  }

  private PeerView peer(long clusterId, String peerId) {
    Fields peer =
        fields(prefix(clusterId) + "persistent-cache-peers-for-persistent-cache-task:" + peerId);
    Fields host = fields(prefix(clusterId) + "persistent-cache-hosts:" + peer.text("host_id"));
    return new PeerView(
        peer.text("id"),
        peer.flag("persistent"),
        Base64.getUrlEncoder().encodeToString(peer.raw("finished_pieces")),
        peer.text("state"),
        JsonTexts.read(peer.text("block_parents")),
        peer.number("cost"),
        peer.time("created_at"),
        peer.time("updated_at"),
        HostView.of(host));
  }

  private Fields fields(String key) {
    return new Fields(data.hash(key));
  }

  private static String taskKey(long clusterId, String id) {
    return prefix(clusterId) + "persistent-cache-tasks:" + id;
  }

  private static String prefix(long clusterId) {
    return "scheduler:scheduler-clusters:" + clusterId + ":";
  }
}
