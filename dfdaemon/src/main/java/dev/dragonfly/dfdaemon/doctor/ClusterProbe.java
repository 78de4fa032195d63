package dev.dragonfly.dfdaemon.doctor;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.grpc.HealthCall;
import dev.dragonfly.common.net.HostAndPort;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.client.GrpcManagerClient;
import dev.dragonfly.dfdaemon.client.ManagerClient;
import dev.dragonfly.dfdaemon.net.EventLoops;
import dev.dragonfly.dfdaemon.net.HostNames;
import io.grpc.ManagedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Manager and schedulers of the daemon, found as the daemon finds them and asked once for all
 * checks. Safe for any thread.
 */
public final class ClusterProbe {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Schedulers that are asked; a cluster has a few. */
  private static final int MOST_SCHEDULERS = 64;

  private final Patient patient;
  private final Time time;
  private final Supplier<Found> found = Doctor.once(this::probe);

  /**
   * A server that was asked how it is.
   *
   * @param asked this machine's clock when it was asked
   * @param answered the same when the answer came
   */
  record Asked(HostAndPort address, HealthCall.Answer answer, Instant asked, Instant answered) {}

  /**
   * What was found.
   *
   * @param manager the manager, where one is configured
   * @param failures why schedulers could not be found, each as a sentence
   * @param schedulers those that were found
   */
  record Found(Optional<Asked> manager, List<String> failures, List<Asked> schedulers) {}

  public ClusterProbe(Patient patient, Time time) {
    this.patient = patient;
    this.time = time;
  }

  Found found() {
    return found.get();
  }

  private Found probe() {
    List<String> failures = new ArrayList<>();
    if (patient.control().manager().isEmpty()) {
      return new Found(Optional.empty(), failures, ask(configured(failures)));
    }
    Asked manager = ask(patient.control().manager().get());
    if (manager.answer() instanceof HealthCall.Answer.Silent silent) {
      failures.add("the manager at " + manager.address().text() + " is silent: " + silent.why());
      return new Found(Optional.of(manager), failures, List.of());
    }
    return new Found(Optional.of(manager), failures, ask(listed(manager.address(), failures)));
  }

  private List<HostAndPort> configured(List<String> failures) {
    Set<HostAndPort> all = new LinkedHashSet<>();
    try (EventLoops loops = new EventLoops(1);
        HostNames names = new HostNames(loops, List.of(), PATIENCE)) {
      for (HostAndPort address : patient.control().schedulers()) {
        try {
          for (InetAddress one : names.addresses(address.host())) {
            all.add(new HostAndPort(one.getHostAddress(), address.port()));
          }
        } catch (DragonflyException e) {
          failures.add(String.valueOf(e.getMessage()));
        }
      }
    }
    return List.copyOf(all);
  }

  private List<HostAndPort> listed(HostAndPort manager, List<String> failures) {
    ManagedChannel channel = new GrpcChannels(Optional.empty()).tcp(manager.host(), manager.port());
    List<HostAndPort> all = new ArrayList<>();
    try (ManagerClient client = new GrpcManagerClient(channel, "doctor")) {
      for (ManagerClient.ListedScheduler one :
          client.listSchedulers(patient.machine().requester())) {
        InetSocketAddress address = one.address();
        all.add(new HostAndPort(address.getAddress().getHostAddress(), address.getPort()));
      }
    } catch (DragonflyException e) {
      failures.add(String.valueOf(e.getMessage()));
    }
    return all;
  }

  /** All at the same time: some may be silent. */
  private List<Asked> ask(List<HostAndPort> addresses) {
    List<Asked> answers = new ArrayList<>();
    try (ExecutorService threads = Threads.newVirtualExecutor("doctor-health")) {
      List<Future<Asked>> asked = new ArrayList<>();
      for (HostAndPort address :
          addresses.subList(0, Math.min(MOST_SCHEDULERS, addresses.size()))) {
        asked.add(threads.submit(() -> ask(address)));
      }
      asked.forEach(one -> answers.add(await(one)));
    }
    return answers;
  }

  /** Asking is bounded and throws nothing. */
  private static Asked await(Future<Asked> asked) {
    try {
      return asked.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private Asked ask(HostAndPort address) {
    ManagedChannel channel = new GrpcChannels(Optional.empty()).tcp(address.host(), address.port());
    try {
      Instant before = time.now();
      HealthCall.Answer answer = HealthCall.ask(channel, PATIENCE);
      return new Asked(address, answer, before, time.now());
    } finally {
      channel.shutdownNow();
    }
  }
}
