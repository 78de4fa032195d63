package dev.dragonfly.scheduler.store.redis;

import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.scheduler.store.Graph;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/** The graph of one cluster in one Redis: opens the connection and hands out the stores. */
public final class RedisGraph implements AutoCloseable {
  private final RedisConnection connection;
  private final Graph graph;

  /**
   * @param cluster number of the cluster; part of every key
   * @param taskTimeToLive how long a task of which somebody holds pieces is remembered
   * @param onError called once per failed call with its kind: {@code unreachable}, {@code refused}
   *     (the server is full, for example) or {@code fault}; short, any thread
   */
  public RedisGraph(
      RedisConfig config,
      long cluster,
      Duration taskTimeToLive,
      Time time,
      Timers timers,
      Consumer<String> onError) {
    Keys keys = new Keys(cluster);
    this.connection =
        new RedisConnection(
            config,
            keys.hosts(),
            timers,
            kind -> onError.accept(kind.name().toLowerCase(Locale.ROOT)));
    TaskScripts scripts = new TaskScripts(connection, keys, taskTimeToLive);
    HostForm hostForm = new HostForm();
    PeerForm peerForm = new PeerForm(hostForm);
    RedisHostStore hosts = new RedisHostStore(connection, keys, taskTimeToLive, hostForm);
    RedisTaskStore tasks = new RedisTaskStore(connection, keys, scripts, time, peerForm);
    this.graph =
        new Graph(
            hosts,
            tasks,
            new RedisPeerStore(connection, keys, scripts, tasks, hosts, peerForm),
            new RedisLeaseStore(connection, scripts),
            new RedisTaskNews(connection, keys, timers));
  }

  /**
   * Connects; an unreachable server is tried again in the background.
   *
   * @throws dev.dragonfly.common.error.DragonflyException CONFIG when the server refuses the
   *     password, is of an unknown version or evicts keys
   */
  public void start() {
    connection.start();
  }

  /** Called after {@link #isUp} has changed; short, any thread, perhaps two at once. */
  public void onUpChange(Runnable action) {
    connection.onUpChange(action);
  }

  /** Whether the server took a write within the last seconds. */
  public boolean isUp() {
    return connection.isUp();
  }

  /** The stores. */
  public Graph graph() {
    return graph;
  }

  @Override
  public void close() {
    connection.close();
  }
}
