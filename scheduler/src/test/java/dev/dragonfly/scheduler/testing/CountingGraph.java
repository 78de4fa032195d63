package dev.dragonfly.scheduler.testing;

import dev.dragonfly.scheduler.store.Graph;
import dev.dragonfly.scheduler.store.HostStore;
import dev.dragonfly.scheduler.store.LeaseStore;
import dev.dragonfly.scheduler.store.PeerStore;
import dev.dragonfly.scheduler.store.TaskStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A graph that counts what is asked of another; each call would be a round trip to Redis. */
public final class CountingGraph {
  private final Map<String, AtomicLong> calls = new ConcurrentHashMap<>();
  private final Graph graph;

  public CountingGraph(Graph counted) {
    this.graph =
        new Graph(
            counting(HostStore.class, counted.hosts()),
            counting(TaskStore.class, counted.tasks()),
            counting(PeerStore.class, counted.peers()),
            counting(LeaseStore.class, counted.leases()),
            counted.news());
  }

  public Graph graph() {
    return graph;
  }

  /** Calls of the method with this name. */
  public long calls(String method) {
    AtomicLong count = calls.get(method);
    return count == null ? 0 : count.get();
  }

  /** All calls. */
  public long calls() {
    return calls.values().stream().mapToLong(AtomicLong::get).sum();
  }

  private <T> T counting(Class<T> port, T counted) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) -> {
              calls.computeIfAbsent(method.getName(), name -> new AtomicLong()).incrementAndGet();
              try {
                return method.invoke(counted, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
