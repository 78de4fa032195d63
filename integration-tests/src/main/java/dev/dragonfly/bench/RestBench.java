package dev.dragonfly.bench;

import dev.dragonfly.cluster.ClusterSettings;
import dev.dragonfly.cluster.LocalCluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/**
 * Lists of a manager with much in it. Requests come by the clock, whether earlier ones were
 * answered or not, and a delay counts from the moment when a request was due: a manager that stops
 * for a second shows it in all that were due in that second.
 */
@Command(
    name = "rest",
    mixinStandardHelpOptions = true,
    description = "Lists of 50 among 1,000 clusters, 10,000 peers and 1,000 jobs, at a fixed rate.",
    footerHeading = "%nExample:%n",
    footer = "  ./dragonfly bench rest --rate 200 --seconds 30")
final class RestBench implements Callable<Integer> {
  private static final String API = "/api/v1/";
  private static final int PAGES = 20;
  private static final int CLIENTS = 4;

  @Option(
      names = "--rate",
      defaultValue = "200",
      description = "Requests per second. Default: ${DEFAULT-VALUE}.")
  private int rate;

  @Option(
      names = "--seconds",
      defaultValue = "30",
      description = "How long, after as long to warm up. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private String url = "";
  private String token = "";

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    try (LocalCluster cluster = LocalCluster.start(ClusterSettings.ofPeers(0))) {
      ManyRows.insert(cluster.stores().postgresPort());
      url = cluster.manager().ready("rest");
      signIn(Path.of(cluster.manager().ready("password_file")));
      List<String> lists =
          List.of(
              "clusters",
              "scheduler-clusters",
              "seed-peer-clusters",
              "peers",
              "schedulers",
              "jobs");
      for (String list : lists) {
        if (send(API + list + "?per_page=1").statusCode() != 200) {
          throw new IllegalStateException("no list of " + list);
        }
      }
      System.out.printf(Locale.ROOT, "load average of the machine: %s%n", loadAverage());
      warmUp(lists);
      run(lists);
      for (String list : List.of("peers?per_page=10000", "clusters?per_page=10000")) {
        Figures pages = new Figures();
        for (int i = 0; i < 5; i++) {
          long begin = System.nanoTime();
          int length = send(API + list).body().length();
          pages.add((System.nanoTime() - begin) / 1e6);
          if (i == 4) {
            System.out.printf("%s: %s, %d bytes%n", list, pages.text("ms"), length);
          }
        }
      }
      System.out.printf(Locale.ROOT, "load average then: %s%n", loadAverage());
      return 0;
    } finally {
      http.close();
    }
  }

  /** As fast as four clients can that wait for each answer; says how fast that is. */
  private void warmUp(List<String> lists) throws InterruptedException, ExecutionException {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> clients = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        int first = client;
        clients.add(
            threads.submit(() -> {
              int done = 0;
              while (System.nanoTime() < end) {
                delay(path(lists, first + done * CLIENTS), System.nanoTime());
                done++;
              }
              return done;
            }));
      }
      int sum = 0;
      for (Future<Integer> client : clients) {
        sum += client.get();
      }
      System.out.printf(
          "warmed up by %d clients that wait for answers: %d/s%n", CLIENTS, sum / seconds);
    }
  }

  private static String path(List<String> lists, int number) {
    return API
        + lists.get(number % lists.size())
        + "?per_page=50&page="
        + (1 + number / lists.size() % PAGES);
  }

  private void run(List<String> lists) throws InterruptedException, ExecutionException {
    long begin = System.nanoTime();
    List<List<Future<Double>>> delays = new ArrayList<>();
    lists.forEach(list -> delays.add(new ArrayList<>()));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < rate * seconds; i++) {
        long due = begin + i * 1_000_000_000L / rate;
        LockSupport.parkNanos(due - System.nanoTime());
        int list = i % lists.size();
        String path = path(lists, i);
        delays.get(list).add(threads.submit(() -> delay(path, due)));
      }
    }
    Delays all = new Delays();
    for (int list = 0; list < lists.size(); list++) {
      Delays some = new Delays();
      for (Future<Double> one : delays.get(list)) {
        some.add(one.get());
        all.add(one.get());
      }
      System.out.println(some.text(lists.get(list)));
    }
    System.out.println(all.text("all, " + rate + "/s"));
  }

  private double delay(String path, long due) throws IOException, InterruptedException {
    HttpResponse<String> answer = send(path);
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(path + ": " + answer.statusCode());
    }
    return (System.nanoTime() - due) / 1e6;
  }

  private HttpResponse<String> send(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(Duration.ofMinutes(1))
            .header("Authorization", "Bearer " + token)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private void signIn(Path passwordFile) throws IOException, InterruptedException {
    String body =
        "{\"name\":\"root\",\"password\":\"%s\"}".formatted(Files.readString(passwordFile).strip());
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(url + API + "users/signin"))
                .timeout(Duration.ofMinutes(1))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    token = JsonMapper.builder().build().readTree(answer.body()).get("token").asString();
  }

  private static String loadAverage() throws IOException {
    return Files.readString(Path.of("/proc/loadavg")).strip();
  }

  /** Delays in milliseconds, with those that few exceed. */
  private static final class Delays {
    private final List<Double> values = new ArrayList<>();

    void add(double value) {
      values.add(value);
    }

    String text(String of) {
      List<Double> sorted = values.stream().sorted().toList();
      return String.format(
          Locale.ROOT,
          "%-20s n=%d p50=%.1f p90=%.1f p99=%.1f max=%.1f ms",
          of,
          sorted.size(),
          at(sorted, 0.5),
          at(sorted, 0.9),
          at(sorted, 0.99),
          sorted.getLast());
    }

    private static double at(List<Double> sorted, double share) {
      return sorted.get((int) Math.min(sorted.size() - 1L, (long) (sorted.size() * share)));
    }
  }
}
