package dev.dragonfly.manager.app;

import dev.dragonfly.api.manager.v2.ListSchedulersRequest;
import dev.dragonfly.api.manager.v2.ListSchedulersResponse;
import dev.dragonfly.common.testing.TestPostgres;
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.manager.rpc.ManagerService;
import io.grpc.stub.StreamObserver;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What a daemon's question for schedulers costs the manager, on a real database of so many clusters
 * with a scheduler each. Arguments: {@code CLUSTERS SECONDS CHANGES}; prints processor time for
 * each call, reading the topology again and writing the answer included. CHANGES is how often in a
 * second an instance changes.
 */
public final class SearchBench {
  private SearchBench() {}

  public static void main(String[] args) throws Exception {
    int clusters = Integer.parseInt(args[0]);
    Duration length = Duration.ofSeconds(Long.parseLong(args[1]));
    int changes = Integer.parseInt(args[2]);
    Path password = Files.createTempDirectory("search-bench").resolve("password");
    try (TestPostgres postgres = TestPostgres.start();
        Manager manager = Manager.start(RunningManager.config(postgres, password))) {
      JdbcClient jdbc = manager.context().getBean(JdbcClient.class);
      fill(jdbc, clusters);
      Caller caller = new Caller(manager.context().getBean(ManagerService.class));
      caller.run(Duration.ofSeconds(5), () -> {});
      long every = changes == 0 ? Long.MAX_VALUE : 1_000_000_000L / changes;
      long[] next = {SystemTime.INSTANCE.nanos()};
      Runnable change =
          () -> {
            if (changes > 0 && SystemTime.INSTANCE.nanos() - next[0] >= 0) {
              next[0] += every;
              jdbc.sql("UPDATE schedulers SET port = 8002 + (port + 1) % 100 WHERE id = 1")
                  .update();
            }
          };
      System.out.println(caller.run(length, change));
    }
  }

  private static void fill(JdbcClient jdbc, int clusters) {
    jdbc.sql(
            """
            INSERT INTO scheduler_clusters (created_at, updated_at, name, config, client_config, scopes)
            SELECT now(), now(), 'bench-' || n, '{"candidate_parent_limit":4}',
                ('{"load_limit":200,"block_list":{"task":{"download":{"urls":["^http://blocked-' || n
                    || '/"]}}}}')::jsonb,
                jsonb_build_object('idc', 'idc-' || n, 'location', 'eu|de|rack-' || n,
                    'cidrs', jsonb_build_array('10.' || n % 250 || '.0.0/16'),
                    'hostnames', jsonb_build_array('^node-' || n || '-.*'))
            FROM generate_series(1, :count) AS n
            """)
        .param("count", clusters)
        .update();
    jdbc.sql(
            """
            INSERT INTO schedulers (created_at, updated_at, last_keep_alive_at, host_name, ip, port, state,
                scheduler_cluster_id)
            SELECT now(), now(), now() + interval '1 day', 's-' || id, '127.0.0.1', 8002, 'active', id
            FROM scheduler_clusters
            """)
        .update();
  }

  /** Asks as ever other daemons, on one thread. */
  private static final class Caller implements StreamObserver<ListSchedulersResponse> {
    private final ManagerService service;
    private int bytes;
    private int calls;

    Caller(ManagerService service) {
      this.service = service;
    }

    String run(Duration length, Runnable between) {
      var threads = ManagementFactory.getThreadMXBean();
      long[] cpu = new long[1_000_000];
      int first = calls;
      int count = 0;
      long begin = SystemTime.INSTANCE.nanos();
      while (SystemTime.INSTANCE.nanos() - begin < length.toNanos() && count < cpu.length) {
        between.run();
        long before = threads.getCurrentThreadCpuTime();
        service.listSchedulers(request(), this);
        cpu[count++] = threads.getCurrentThreadCpuTime() - before;
      }
      long[] each = Arrays.copyOf(cpu, count);
      Arrays.sort(each);
      return "calls=%d answer_bytes=%d cpu_micros_mean=%d p50=%d p99=%d max=%d"
          .formatted(
              calls - first,
              bytes,
              Arrays.stream(each).sum() / count / 1_000,
              each[count / 2] / 1_000,
              each[count * 99 / 100] / 1_000,
              each[count - 1] / 1_000);
    }

    private ListSchedulersRequest request() {
      int node = calls % 900;
      return ListSchedulersRequest.newBuilder()
          .setHostname("node-" + node + "-a")
          .setIp("10." + node % 250 + ".0.7")
          .setIdc("idc-" + node)
          .setLocation("eu|de|rack-" + node)
          .build();
    }

    @Override
    public void onNext(ListSchedulersResponse answer) {
      bytes = answer.toByteArray().length;
      calls++;
    }

    @Override
    public void onError(Throwable error) {
      throw new IllegalStateException(error);
    }

    @Override
    public void onCompleted() {}
  }
}
